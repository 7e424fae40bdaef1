/** Lines that no service should write, and that are data all the same. */
export const HOSTILE: readonly string[] = [
  "panic: runtime error",
  "42",
  '{"level":"in',
  '{"message":"\\ud800 alone"}',
  '{"__proto__":{"polluted":1},"constructor":"c","message":"proto"}',
  '{"message":"huge","n":1e400,"status":1e300}',
  `{"message":"deep","a":${"[".repeat(500)}1${"]".repeat(500)}}`,
  '{"message":"types","status":{"code":200},"client_ip":"not-an-ip","duration_ms":"fast"}',
  '{"message":"old","timestamp":"0001-01-01T00:00:00Z"}',
  `{"message":"${"x".repeat(200_000)}"}`,
];

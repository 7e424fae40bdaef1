import { describe, expect, test } from "@jest/globals";
import { isPlainAddress, readClientAddress } from "../../consumer/src/document/client-address";

describe("the address of a client", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["203.0.113.7:39330", "203.0.113.7"],
    ["[2001:db8::2]:22222", "2001:db8::2"],
    ["[2001:db8::2]", "2001:db8::2"],
    ["2001:db8::2:2222", "2001:db8::2:2222"],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.1"],
    [" 203.0.113.7 ", "203.0.113.7"],
  ])("%j is %s", (text, address) => {
    expect(readClientAddress(text)).toEqual({ address, whole: true });
  });

  test.each([
    ["203.0.113.7, 10.0.0.1", "203.0.113.7"],
    ["203.0.113.7,10.0.0.1,unknown", "203.0.113.7"],
    ["[2001:db8::2]:443, 10.0.0.1:80", "2001:db8::2"],
    ["fe80::1%eth0", "fe80::1"],
    ["[fe80::1%25eth0]:80", "fe80::1"],
    [`203.0.113.7${", 10.0.0.1".repeat(100_000)}`, "203.0.113.7"],
  ])("%.40j is %s, and has more in it", (text, address) => {
    expect(readClientAddress(text)).toEqual({ address, whole: false });
  });

  test.each([
    "",
    "@",
    "unknown, 10.0.0.1",
    ", 10.0.0.1",
    "10.0.0.256",
    "10.0.0.1:http",
    "10.0.0.1:123456",
    "[10.0.0.1",
    "[]:80",
    "%eth0",
    "10.0.0.1%eth0",
    "localhost:80",
    "1".repeat(100_000),
  ])("%.40j is none", (text) => {
    expect(readClientAddress(text)).toBeUndefined();
  });
});

describe("an address that Elasticsearch takes as it is", () => {
  test.each(["0.0.0.0", "255.255.255.255", "10.0.0.1", "::1", "2001:db8::2"])("%s", (text) => {
    expect(isPlainAddress(text)).toBe(true);
  });

  test.each([
    "",
    ".",
    "10.0.0",
    "10.0.0.1.",
    ".10.0.0.1",
    "10.0.0.1.2",
    "10..0.1",
    "10.0.0.256",
    "010.0.0.1",
    "10.0.0.00",
    "10.0.0.1:80",
    "10.0.0.a",
    "fe80::1%eth0",
  ])("not %j", (text) => {
    expect(isPlainAddress(text)).toBe(false);
  });
});

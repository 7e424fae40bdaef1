/** The Kafka client is written for Node.js 22 and later; this is all that it misses in 20. Imported before the client. */
const promises = Promise as PromiseConstructor & { withResolvers?: () => object };

promises.withResolvers ??= () => {
  const parts: Record<string, unknown> = {};
  parts["promise"] = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};

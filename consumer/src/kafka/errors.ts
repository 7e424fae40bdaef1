/** What is known of an error of the Kafka client without its classes: these modules are also loaded where it cannot be. */
interface KafkaError {
  readonly code?: unknown;
  readonly apiId?: string;
  readonly errors?: readonly unknown[];
  readonly cause?: unknown;
  readonly response?: unknown;
}

/** Whether an error is, or was caused by, one of Kafka's named errors such as `MESSAGE_TOO_LARGE`. */
export function isKafkaError(error: unknown, ...ids: readonly string[]): boolean {
  return find(error, (each) => each.apiId !== undefined && ids.includes(each.apiId)) !== undefined;
}

/** Whether a broker refused the user's name or password. */
export function isAuthenticationError(error: unknown): boolean {
  return (
    find(error, ({ code }) => code === "PLT_KFK_AUTHENTICATION") !== undefined ||
    isKafkaError(error, "SASL_AUTHENTICATION_FAILED")
  );
}

/** The broker's answer, where an error is about a part of it. */
export function responseOf(error: unknown): unknown {
  return find(error, (each) => each.response !== undefined)?.response;
}

function find(error: unknown, matches: (error: KafkaError) => boolean): KafkaError | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const each = error as KafkaError;
  if (matches(each)) return each;
  for (const nested of [...(each.errors ?? []), each.cause]) {
    const found = find(nested, matches);
    if (found) return found;
  }
  return undefined;
}

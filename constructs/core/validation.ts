/** Several problems as one text: a list, or the sentence itself if it is the only one. */
export function listed(problems: readonly string[]): string {
  return problems.length === 1 ? problems.join() : problems.map((problem) => `- ${problem}`).join("\n");
}

/** Facts that cannot work together. Carries every problem found, each with its values and the mend. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  constructor(readonly problems: readonly string[]) {
    super(listed(problems));
  }
}

/** Collects problems, so that a person is told all of them at once. */
export class Problems {
  private readonly found: string[] = [];

  /** Notes `message` unless `condition` holds. */
  require(condition: boolean, message: string): this {
    if (!condition) this.found.push(message);
    return this;
  }

  add(messages: readonly string[]): this {
    this.found.push(...messages);
    return this;
  }

  list(): string[] {
    return [...this.found];
  }

  /** @throws ConfigurationError if any problem was noted */
  throwIfAny(): void {
    if (this.found.length > 0) throw new ConfigurationError(this.found);
  }
}

const DNS_LABEL = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a name can be a host, a Kubernetes object and a container (RFC 1123, beginning with a letter). */
export function isDnsLabel(name: string): boolean {
  return DNS_LABEL.test(name);
}

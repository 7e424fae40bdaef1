import { ConfigurationError, isDnsLabel, Problems } from "./validation";

/** One key of a Secret in the cluster: where a value is, never the value. */
export class SecretRef {
  /**
   * @param secret name of the Secret, in the namespace of whoever uses it
   * @throws ConfigurationError for what can be no Secret or no key of one
   */
  static of(secret: string, key: string): SecretRef {
    const problems = new Problems()
      .require(
        isDnsLabel(secret),
        `secret '${secret}': its name must be a DNS label: lower-case letters, digits and '-'`,
      )
      .require(
        /^[-._a-zA-Z0-9]{1,253}$/.test(key),
        `secret '${secret}', key '${key}': a key has 1 to 253 letters, digits, '-', '_' or '.'`,
      )
      .list();
    if (problems.length > 0) throw new ConfigurationError(problems);
    return new SecretRef(secret, key);
  }

  private constructor(
    readonly secret: string,
    readonly key: string,
  ) {}

  toString(): string {
    return `${this.secret}/${this.key}`;
  }
}

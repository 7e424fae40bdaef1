import type { Json } from "../../../contract/index-template";

/** Where the things of one API are. */
export interface Store {
  /** Whether what is read back must be all that was put. Kibana writes some values in another way than it is given them. */
  readonly isExact: boolean;
  /** What is there, in the shape in which it is put; undefined if nothing is. */
  read(name: string): Promise<unknown>;
  /** @param isThere whether {@link read} found something */
  write(name: string, body: Json, isThere: boolean): Promise<void>;
  /** Where what is there is other than what we would put; undefined if nowhere. */
  difference(stored: unknown, body: Json): string | undefined;
  /** Names of all that is there and ours. */
  owned(): Promise<readonly string[]>;
  /** Takes it away. @returns why it could not be, for people */
  remove(name: string): Promise<string | undefined>;
}

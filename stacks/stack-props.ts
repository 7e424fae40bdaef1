import type { EnvironmentConfig, Platform } from "../environments/environment";
import type { ImageDigests } from "../images/digests";
import type { ImageSet } from "../images/image-set";

/** What every stack is made from. */
export interface StackProps<P extends Platform> {
  readonly environment: EnvironmentConfig;
  /** The environment's. */
  readonly platform: P;
  readonly images: ImageSet;
  /** What a registry has of them. @default nobody has asked it: images are referred to by their tags */
  readonly digests?: ImageDigests;
  /** Absolute path of the folder for state that is kept on this machine. */
  readonly stateDirectory: string;
}

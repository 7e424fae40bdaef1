import type { EnvironmentConfig, Platform } from "../environments/environment";
import type { ImageSet } from "../images/image-set";

/** What every stack is made from. */
export interface StackProps<P extends Platform> {
  readonly environment: EnvironmentConfig;
  /** The environment's. */
  readonly platform: P;
  readonly images: ImageSet;
  /** Absolute path of the folder for state that is kept on this machine. */
  readonly stateDirectory: string;
}

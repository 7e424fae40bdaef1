import { z } from "zod";
import {
  common,
  kafkaConnection,
  name,
  parseSettings,
  renderSettings,
  type Environment,
  type SettingsInput,
} from "./settings";

/** Settings of `kafka wait-writable`: the credentials and the topic of the client that starts after it. */
export const writeAccessSettingsSchema = z.object({
  ...kafkaConnection,
  KAFKA_TOPIC: name,
  LOG_LEVEL: common.LOG_LEVEL,
});

export type WriteAccessSettings = Readonly<z.output<typeof writeAccessSettingsSchema>>;

/** @throws SettingsError naming every setting that the command would refuse */
export function renderWriteAccessSettings(settings: SettingsInput<WriteAccessSettings>): Record<string, string> {
  return renderSettings("the write check's", writeAccessSettingsSchema, settings);
}

/** @throws SettingsError with one line for each setting that is missing or wrong */
export function parseWriteAccessSettings(env: Environment): WriteAccessSettings {
  return parseSettings("the write check's", writeAccessSettingsSchema, env);
}

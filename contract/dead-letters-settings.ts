import { z } from "zod";
import { common, kafkaConnection, name, parseSettings, type Environment } from "./settings";

/** Settings of `dead-letters`: the consumer's own, of which it needs only how to reach the topic. */
export const deadLettersSettingsSchema = z.object({
  ...kafkaConnection,
  KAFKA_DEAD_LETTER_TOPIC: name,
  LOG_LEVEL: common.LOG_LEVEL,
});

export type DeadLettersSettings = Readonly<z.output<typeof deadLettersSettingsSchema>>;

/** @throws SettingsError with one line for each setting that is missing or wrong */
export function parseDeadLettersSettings(env: Environment): DeadLettersSettings {
  return parseSettings("the dead-letter reader's", deadLettersSettingsSchema, env);
}

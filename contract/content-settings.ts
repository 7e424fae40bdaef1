import { z } from "zod";
import { CONTENT_CHANGES } from "./content";
import {
  common,
  elasticsearchConnection,
  name,
  parseSettings,
  positive,
  renderSettings,
  SettingsError,
  type Environment,
  type SettingsInput,
} from "./settings";

const file = z.string().startsWith("/", "must be an absolute path");

/** Settings of `content apply`. */
export const contentSettingsSchema = z.object({
  ...elasticsearchConnection,
  /** @default none: the file has nothing for Elasticsearch */
  ELASTICSEARCH_URLS: elasticsearchConnection.ELASTICSEARCH_URLS.optional(),
  /** @default none: the file has nothing for Kibana */
  KIBANA_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** @default no authentication */
  KIBANA_USERNAME: name.optional(),
  KIBANA_PASSWORD_FILE: file.optional(),
  /** PEM file. @default the system's certificate authorities */
  KIBANA_CA_FILE: file.optional(),
  /** Of one request, in milliseconds. */
  KIBANA_REQUEST_TIMEOUT_MS: positive.default(30_000),
  ...common,
  /** What is put, as `ContentFile` has it. */
  CONTENT_FILE: file,
  /** What takes something away from people and is done all the same, comma separated. @default nothing: it is refused */
  CONTENT_ALLOW: z
    .string()
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(z.enum(CONTENT_CHANGES)))
    .default([]),
});

export type ContentSettings = Readonly<z.output<typeof contentSettingsSchema>>;

/** What a construct states; everything with a default may be left out. */
export type ContentSettingsInput = SettingsInput<ContentSettings> & { readonly CONTENT_FILE: string };

/** Environment variables for `content apply`. @throws SettingsError naming every setting that it would refuse */
export function renderContentSettings(settings: ContentSettingsInput): Record<string, string> {
  const rendered = renderSettings("the content's", contentSettingsSchema, settings);
  requireOne(rendered);
  return rendered;
}

/** @throws SettingsError with one line for each setting that is missing or wrong */
export function parseContentSettings(env: Environment): ContentSettings {
  const settings = parseSettings("the content's", contentSettingsSchema, env);
  requireOne(env);
  return settings;
}

function requireOne(env: Environment): void {
  if (env["ELASTICSEARCH_URLS"] ?? env["KIBANA_URL"]) return;
  throw new SettingsError(
    "the content's settings are wrong:\n- neither ELASTICSEARCH_URLS nor KIBANA_URL is set: say where the content goes",
  );
}

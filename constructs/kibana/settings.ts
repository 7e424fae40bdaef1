import { stringify } from "yaml";
import type { Size } from "../core/size";
import { Problems } from "../core/validation";

export interface KibanaSettingsProps {
  readonly elasticsearchUrls: readonly string[];
  /** Where people open it. @default unknown: links in alerts and reports are left out */
  readonly publicUrl?: string;
}

/** Kibana's settings, by their names, that do not depend on where it runs. */
export function kibanaSettings({ elasticsearchUrls, publicUrl }: KibanaSettingsProps): KibanaSettings {
  return { "elasticsearch.hosts": [...elasticsearchUrls], ...serverSettings(publicUrl) };
}

/** Those that do not depend on where Elasticsearch is either. */
export function serverSettings(publicUrl?: string): KibanaSettings {
  return {
    "server.name": "log-pipeline",
    ...(publicUrl ? { "server.publicBaseUrl": publicUrl } : {}),
    "telemetry.optIn": false,
  };
}

export type KibanaSettings = Readonly<Record<string, string | boolean | readonly string[]>>;

/** As the image's entrypoint reads them from the environment. It passes them on as arguments: not for secrets. */
export function kibanaEnvironment(settings: KibanaSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name.toUpperCase().replaceAll(".", "_"),
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/**
 * As the file `kibana.yml`, in which `${NAME}` is the variable of that name (Elastic's guide, "Configure Kibana").
 *
 * @param secrets settings whose values are in {@link secretVariables}
 */
export function kibanaFile(settings: KibanaSettings, secrets: readonly string[]): string {
  const references = secrets.map((setting) => [setting, `\${${secretVariable(setting)}}`]);
  return stringify({ ...settings, ...Object.fromEntries(references) }, { lineWidth: 0 });
}

/** The variables of settings. */
export function secretVariables<T>(secrets: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(secrets).map(([setting, value]) => [secretVariable(setting), value]));
}

/** None that the image's entrypoint knows: it would make an argument of it, which others can see. */
function secretVariable(setting: string): string {
  return `SECRET_${setting.toUpperCase().replaceAll(".", "_")}`;
}

/** Leaves a quarter of the memory to what Node.js keeps beside its heap. */
export function nodeOptions(memory: Size): string {
  return `--max-old-space-size=${memory.times(0.75).toMebibytes()}`;
}

/** What is wrong with a Kibana; empty if nothing is. */
export function kibanaProblems(replicas: number, publicUrl: string | undefined): string[] {
  return new Problems()
    .require(
      Number.isInteger(replicas) && replicas >= 1,
      `Kibana: 'replicas' (${replicas}) must be a whole number of at least 1: leave Kibana out where none is wanted`,
    )
    .add(publicUrl === undefined ? [] : publicUrlProblems(publicUrl))
    .list();
}

/** What is wrong with an address for people; empty if nothing is. */
export function publicUrlProblems(publicUrl: string): string[] {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  // Kibana refuses to start with anything else.
  if (url && /^https?:$/.test(url.protocol) && !publicUrl.endsWith("/")) return [];
  return [
    `Kibana: 'publicUrl' (${publicUrl}) must be a URL without a slash at its end, such as 'https://logs.example.com': correct it`,
  ];
}

import { Size } from "../core/size";

/** What the official image of Kibana keeps to: it can be had from no other source. */

const HOME = "/usr/share/kibana";

/** The group of root owns what the image lets be written. */
export const KIBANA_USER = { uid: 1000, gid: 0 } as const;

export const HTTP_PORT = 5601;

/** Answers without a login: 200 once Kibana can serve, 503 while it starts or has no Elasticsearch. */
export const STATUS_PATH = "/api/status";

export const CONFIG_FILE = `${HOME}/config/kibana.yml`;

/** Below a read-only root. All but `data` may stay empty; Kibana wants to be able to write there (cloud-on-k8s#8388). */
export const WRITABLE_DIRECTORIES: Readonly<Record<string, Size>> = {
  [`${HOME}/data`]: Size.mebibytes(256),
  [`${HOME}/logs`]: Size.mebibytes(64),
  [`${HOME}/plugins`]: Size.mebibytes(16),
  "/tmp": Size.mebibytes(256),
};

/** What every image of Elasticsearch keeps to, whatever its source (images/README.md). */

const HOME = "/usr/share/elasticsearch";

/** The group of root owns what the image lets be written. */
export const ELASTICSEARCH_USER = { uid: 1000, gid: 0 } as const;

export const DATA_DIRECTORY = `${HOME}/data`;

/** Filled by the image, and written to: the keystore. */
export const CONFIG_DIRECTORY = `${HOME}/config`;

export const LOGS_DIRECTORY = `${HOME}/logs`;

/** Native libraries are unpacked here and run: it must allow that. */
export const TMP_DIRECTORY = "/tmp";

export const HTTP_PORT = 9200;

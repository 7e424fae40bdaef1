import { KIBANA_ID_PREFIX } from "../../../contract/content";

/** How the id of everything begins that this project makes in Kibana. Alert rules take any id since Kibana 8.17. */
export const ID_PREFIX = KIBANA_ID_PREFIX;

/** The data views' ids, which links and panels name. */
export const DATA_VIEW_ID = {
  lines: `${ID_PREFIX}lines`,
  deadLetters: `${ID_PREFIX}dead-letters`,
} as const;

/** What makes rules of this project findable among others. */
export const TAG = "log-pipeline";

/** A title as a part of an id: `Ingest delay` becomes `ingest-delay`. */
export function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

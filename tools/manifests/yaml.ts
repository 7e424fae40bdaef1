import { Document, visit } from "yaml";
import type { KubernetesObject } from "./object";

/** Objects as one stream of YAML, for `kubectl apply -f -`. */
export function toYaml(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => `---\n${documentOf(object)}`).join("");
}

function documentOf(object: KubernetesObject): string {
  // Kubernetes reads YAML 1.1, where an unquoted `on` is true; and other programs read it otherwise.
  const document = new Document(object, { version: "1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      // Readers do not agree on which of these are more than text: 0o17, 1_000, 12:30, =. Nor on where a line ends.
      if (typeof node.value !== "string") return;
      if (/^[-+.=\d][^\n]*$/.test(node.value) || LINE_ENDS.test(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  return document
    .toString({ lineWidth: 0, directives: false })
    .replace(new RegExp(LINE_ENDS, "g"), (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Characters that end a line for some readers of YAML, and for others are characters of it. */
const LINE_ENDS = /[\u0085\u2028\u2029]/;

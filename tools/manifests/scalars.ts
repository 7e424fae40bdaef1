import type { Followed } from "./openapi";
import { BASE64, OCTAL } from "./provider";
import type { Value } from "./references";

/** A value that the API takes; or what is wrong with it; undefined: it is not set. */
export type Scalar = { readonly value: boolean | number | string | undefined } | { readonly problem: string };

/**
 * Coerces as Terraform and the provider do between text, numbers and booleans.
 *
 * @param attribute which one it is: of some the provider reads digits or text in its own way
 */
export function scalar(given: Value, schema: Followed, attribute: string): Scalar {
  if (given === null || typeof given === "object" || typeof given === "symbol") {
    return {
      problem: `it must be ${article(schema.type ?? "value")}, not ${Array.isArray(given) ? "a list" : "a block"}`,
    };
  }
  const text = String(given);
  if (schema.format === "int-or-string") return { value: DECIMAL.test(text) ? Number(text) : text || undefined };
  switch (schema.type ?? "") {
    case "boolean":
      return text === "true" || text === "false" ? { value: text === "true" } : wrong(text, "a boolean");
    case "integer":
      // How the provider writes a number that may be unset.
      if (text === "") return { value: undefined };
      if (OCTAL.has(attribute)) {
        return /^[0-7]+$/.test(text) ? { value: Number.parseInt(text, 8) } : wrong(text, "an octal mode");
      }
      return DECIMAL.test(text) && Number.isSafeInteger(Number(text))
        ? { value: Number(text) }
        : wrong(text, "an integer");
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? { value: Number(text) } : wrong(text, "a number");
    case "string":
      if (schema.name === "Quantity") return QUANTITY.test(text) ? { value: text } : wrong(text, "a quantity");
      if (schema.format === "byte") return bytes(text, attribute);
      return { value: text };
    default:
      return { problem: `the OpenAPI document says '${schema.type}', which is no type that is known here` };
  }
}

const DECIMAL = /^-?\d+$/;
const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

function bytes(text: string, attribute: string): Scalar {
  if (attribute !== BASE64) return { value: Buffer.from(text).toString("base64") };
  const isBase64 = Buffer.from(text, "base64").toString("base64") === text;
  // Not repeated: it may be a secret.
  return isBase64 ? { value: text } : { problem: "it is not base64" };
}

function wrong(text: string, what: string): Scalar {
  return { problem: `'${text}' is not ${what}` };
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

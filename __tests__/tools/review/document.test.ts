import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ROOT } from "../../../tools/lib/paths";
import { REVIEW_FILE, withReview } from "../../../tools/review/document";

test(`${REVIEW_FILE} has the dangers and the example as they are: 'npm run review -- --docs' writes them`, () => {
  const document = readFileSync(join(ROOT, REVIEW_FILE), "utf8");
  expect(withReview(document)).toBe(document);
  expect(withReview(document.replace("partitions: 12 → 10", "partitions: 12 → 11"))).toBe(document);
  expect(document).toContain("partitions: 12 → 10");
});

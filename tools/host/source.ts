import { IMAGE_SOURCES, isImageSource, type ImageSource } from "../../images/catalog";
import { UserError } from "../lib/user-error";

/** What a user may ask for. */
export type RequestedSource = "auto" | ImageSource;

export interface ChosenSource {
  readonly source: ImageSource;
  /** For the user to read: why this one. */
  readonly reason: string;
}

/** What `registry` needs to reach. An answer that asks for a login is an answer. */
const REGISTRIES: Readonly<Record<string, string>> = {
  "Docker Hub": "https://registry-1.docker.io/v2/",
  "Elastic's registry": "https://docker.elastic.co/v2/",
  "the Terraform registry": "https://registry.terraform.io/.well-known/terraform.json",
};
const PROBE_TIMEOUT_MS = 5_000;

/** Whether a URL answers. */
export type Probe = (url: string) => Promise<boolean>;

/**
 * The source of images and providers: the one that was asked for, or what this network allows.
 *
 * @throws UserError for a word that is no source
 */
export async function chooseSource(requested: string, probe: Probe = answers): Promise<ChosenSource> {
  if (isImageSource(requested)) return { source: requested, reason: "as asked" };
  if (requested !== "auto") {
    const valid = ["auto", ...IMAGE_SOURCES].map((word) => `'${word}'`).join(", ");
    throw new UserError(`'${requested}' is no source of images: it must be one of ${valid}`);
  }
  const names = Object.keys(REGISTRIES);
  const answered = await Promise.all(Object.values(REGISTRIES).map(probe));
  const silent = names.filter((_, index) => !answered[index]);
  if (silent.length === 0) return { source: "registry", reason: `${listOf(names)} answer` };
  return {
    source: "packages",
    reason: `${listOf(silent)} ${silent.length === 1 ? "does" : "do"} not answer from here: everything is built from package registries`,
  };
}

function listOf(names: readonly string[]): string {
  return names.length === 1 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS), redirect: "manual" });
    await response.body?.cancel();
    // 401: log in first. A proxy that refuses answers 403 or worse.
    return response.status < 400 || response.status === 401;
  } catch {
    return false;
  }
}

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PUBLIC_BASES, RECIPES, baseReference, recipeFolder, recipeHash, recipeTag } from "../../images/recipes";
import type { ImageSource, RecipeName } from "../../images/recipes";
import { exec, ExecError, type ExecOptions } from "../lib/exec";
import { isAlive } from "../lib/is-alive";
import { UserError } from "../lib/user-error";
import { runBuilder } from "./builder";
import { debianArchive } from "./debian";
import { buildImage, engineArchitecture, hasImage, importImage, pullImage } from "./docker";
import { Slots } from "./slots";

export interface WorkshopOptions {
  readonly source: ImageSource;
  /** The repository's root. */
  readonly root: string;
  /** Downloads and compiled code, which make the next build quick. */
  readonly cacheDir: string;
  /** Receives a log of each build, NAME.log. */
  readonly logDir: string;
  /** The user's settings: proxies, Go's and certificate variables, DEBIAN_MIRROR. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends what is being built. @default nothing does */
  readonly signal?: AbortSignal;
  /** Report every line that a build prints, rather than a sign of life every 20 seconds. @default false */
  readonly everyLine?: boolean;
}

/** Receives what a build is doing, a line at a time. */
export type Report = (line: string) => void;

interface Job {
  readonly listeners: Set<Report>;
  readonly done: Promise<string>;
}

/** Builds are CPU bound and each uses several cores; two at once hide each other's downloads. */
const AT_ONCE = 2;
const SIGN_OF_LIFE_MS = 20_000;

/**
 * Makes images and programs of recipes: each once, in the order that they need, two at a time. What is already there, by the
 * hash of its content, is left as it is. An interrupted build leaves nothing that a later one could mistake for finished.
 */
export class Workshop {
  private readonly jobs = new Map<string, Job>();
  private readonly slots = new Slots(AT_ONCE);
  private readonly stop = new AbortController();

  constructor(readonly options: WorkshopOptions) {
    if (options.signal?.aborted) this.stop.abort(options.signal.reason);
    options.signal?.addEventListener("abort", () => this.stop.abort(options.signal?.reason), { once: true });
    removeLeftovers(join(options.cacheDir, "work"));
  }

  /** Pulls an image of a registry unless the Engine has it. */
  pull(reference: string, report: Report): Promise<string> {
    return this.once(reference, report, async (tell) => {
      if (await hasImage(reference)) return reference;
      await this.timed(
        `pulling ${reference}`,
        tell,
        (options) => pullImage(reference, options),
        reference.replace(/[^\w.-]+/g, "-"),
      );
      return reference;
    });
  }

  /** Builds the image of a recipe, and those that it needs, unless the Engine has it. Resolves to its tag. */
  image(name: RecipeName, report: Report): Promise<string> {
    return this.once(`image ${name}`, report, async (tell) => {
      const tag = this.tag(name);
      if (await hasImage(tag)) return tag;
      const recipe = RECIPES[name];
      if (recipe.kind === "debian") {
        await this.inFolder(name, tell, async (folder, options) => {
          const archive = join(folder, "root.tar");
          await debianArchive(this.folder(name), archive, this.options.env["DEBIAN_MIRROR"], options);
          await importImage(archive, tag, options);
        });
        return tag;
      }
      if (!recipe.base) throw new Error(`recipe '${name}' is a program, not an image`);
      const [base, builder] = await Promise.all([
        this.base(name, tell),
        recipe.kind === "builder" ? this.builder(tell) : "",
      ]);
      await this.inFolder(name, tell, async (folder, options) => {
        await this.fill(name, join(folder, "out"), builder, options);
        cpSync(join(this.folder(name), "Dockerfile"), join(folder, "Dockerfile"));
        await buildImage(folder, base, tag, options);
      });
      return tag;
    });
  }

  /** Builds the program of a recipe, for this host. Resolves to the folder that holds it. */
  program(name: RecipeName, report: Report): Promise<string> {
    return this.once(`program ${name}`, report, async (tell) => {
      const folder = this.programFolder(name);
      if (existsSync(folder)) return folder;
      const builder = await this.builder(tell);
      await this.inFolder(name, tell, async (work, options) => {
        await this.fill(name, join(work, "out"), builder, options, hostArchitecture());
        mkdirSync(join(folder, ".."), { recursive: true });
        renameSync(join(work, "out"), folder);
      });
      return folder;
    });
  }

  /** Where {@link program} puts it: by content, so that an old one is never mistaken for the new. */
  programFolder(name: RecipeName): string {
    const { source, root, cacheDir } = this.options;
    return join(
      cacheDir,
      "programs",
      `${name}-${RECIPES[name].version}-${recipeHash(name, source, root)}-${hostArchitecture()}`,
    );
  }

  private tag(name: RecipeName): string {
    return recipeTag(name, this.options.source, this.options.root);
  }

  private folder(name: RecipeName): string {
    return join(this.options.root, recipeFolder(name));
  }

  private base(name: RecipeName, report: Report): Promise<string> {
    const base = RECIPES[name].base?.[this.options.source];
    if (!base) throw new Error(`recipe '${name}' has no base image`);
    const { source, root } = this.options;
    return "recipe" in base ? this.image(base.recipe, report) : this.pull(baseReference(base, source, root), report);
  }

  /** The image that Go and Java programs are compiled in. */
  builder(report: Report): Promise<string> {
    return this.options.source === "packages" ? this.image("builder", report) : this.pull(PUBLIC_BASES.go, report);
  }

  /** Fills a recipe's out/ folder. */
  private async fill(
    name: RecipeName,
    out: string,
    builder: string,
    options: ExecOptions,
    architecture?: string,
  ): Promise<void> {
    const { root, cacheDir, env } = this.options;
    const { kind, sources } = RECIPES[name];
    mkdirSync(out);
    if (kind === "builder") {
      const container = `log-pipeline-build-${name}-${process.pid}`;
      const source = sources?.[0] ? { sources: join(root, sources[0]) } : {};
      const target = architecture ? { architecture } : {};
      await runBuilder(
        { image: builder, name: container, recipe: this.folder(name), out, cacheDir, env, ...source, ...target },
        options,
      );
    } else if (kind === "npm") {
      await fillFromNpm(this.folder(name), out, options);
    } else if (kind === "bundle") {
      await exec(process.execPath, ["consumer/build.mjs"], { ...options, cwd: root });
      cpSync(join(root, "consumer/dist"), out, { recursive: true });
    }
    // The user of a container is not the one who built it, whose umask may keep others out.
    await exec("chmod", ["-R", "a+rX", out]);
  }

  /** Runs a build in a folder of its own, when a slot is free. */
  private inFolder(
    name: string,
    report: Report,
    work: (folder: string, options: ExecOptions) => Promise<void>,
  ): Promise<void> {
    return this.timed(
      `building ${name}`,
      report,
      async (options) => {
        const parent = join(this.options.cacheDir, "work");
        mkdirSync(parent, { recursive: true });
        const folder = mkdtempSync(join(parent, `${process.pid}-${name}-`));
        try {
          await work(folder, options);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
      name,
    );
  }

  private timed(
    what: string,
    report: Report,
    work: (options: ExecOptions) => Promise<void>,
    log: string,
  ): Promise<void> {
    report("waiting for its turn");
    return this.slots.run(async () => {
      this.stop.signal.throwIfAborted();
      const started = Date.now();
      const seconds = (): number => Math.round((Date.now() - started) / 1000);
      report(what);
      const timer = setInterval(() => report(`still ${what}, ${seconds()} s`), SIGN_OF_LIFE_MS);
      const logFile = join(this.options.logDir, `${log}.log`);
      try {
        await work({
          signal: this.stop.signal,
          logFile,
          ...(this.options.everyLine ? { onLine: report } : {}),
        });
        report(`${what} took ${seconds()} s`);
      } catch (error) {
        // Of a build that was ended, the reason tells more than that it was ended.
        if (this.stop.signal.aborted) throw this.stop.signal.reason;
        throw error instanceof ExecError ? buildFailure(what, seconds(), logFile, error) : error;
      } finally {
        clearInterval(timer);
      }
    });
  }

  private once(key: string, report: Report, work: (tell: Report) => Promise<string>): Promise<string> {
    const known = this.jobs.get(key);
    if (known) {
      known.listeners.add(report);
      return known.done;
    }
    const listeners = new Set([report]);
    // A log needs each line once; on a screen every task that waits for this shows it.
    const [first] = listeners;
    const tell: Report = (line) =>
      this.options.everyLine ? listeners.forEach((listener) => listener(line)) : first?.(line);
    const done = work(tell).catch((error: unknown) => {
      // The rest would be thrown away: end it now rather than after minutes.
      this.stop.abort(error);
      throw error;
    });
    this.jobs.set(key, { listeners, done });
    return done;
  }
}

/** What a build printed says more than the long command that printed it. */
function buildFailure(what: string, seconds: number, logFile: string, error: ExecError): UserError {
  const { stdout, stderr } = error.result;
  const end = `${stdout}\n${stderr}`.trim().split("\n").slice(-15).join("\n");
  return new UserError(
    `${what} failed after ${seconds} s:\n${end}\nThe whole output is in ${logFile}. What is finished stays: mend this and run the same command again.`,
  );
}

/** The binary of Node.js from its npm package, checked against the lock file. */
async function fillFromNpm(recipe: string, out: string, options: ExecOptions): Promise<void> {
  const project = join(out, "../npm");
  mkdirSync(project);
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(recipe, file), join(project, file));
  const cpu = (await engineArchitecture()) === "arm64" ? "arm64" : "x64";
  await exec("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--os=linux", `--cpu=${cpu}`], {
    ...options,
    cwd: project,
  });
  cpSync(join(project, `node_modules/node-linux-${cpu}/bin/node`), join(out, "node"));
}

/** As Go names it. */
export function hostArchitecture(): "amd64" | "arm64" {
  return process.arch === "arm64" ? "arm64" : "amd64";
}

/** Folders of builds that were killed; their names begin with the id of the process. */
function removeLeftovers(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!isAlive(Number.parseInt(name, 10))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

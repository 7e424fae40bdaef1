import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { exec, type ExecOptions } from "../lib/exec";
import { hostCertificates } from "./certificates";

export interface BuilderRun {
  /** The builder's image. */
  readonly image: string;
  /** Of the container; also tells two builds apart. */
  readonly name: string;
  /** The recipe's folder, seen as /recipe. */
  readonly recipe: string;
  /** A folder of sources, seen as /src. @default none */
  readonly sources?: string;
  /** The folder to fill, seen as /out. */
  readonly out: string;
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the program shall run on, as Go names it. @default the builder's own */
  readonly architecture?: string;
}

/** One toolchain for all: the module proxy serves it, and its compiled standard library is shared by every build. */
const GO_TOOLCHAIN = "go1.26.8+auto";

/** The user's own settings of the ordinary clients. Names only: `docker run` takes the values from its environment. */
const PASSED_ON = [
  ...["GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
];

/**
 * Runs build.sh of a recipe in the builder. Downloads and compiled packages stay in the cache; everything that it writes
 * belongs to the user who runs this.
 */
export async function runBuilder(run: BuilderRun, options: ExecOptions): Promise<void> {
  const mounts: string[] = [`${run.recipe}:/recipe:ro`, `${run.out}:/out`];
  if (run.sources) mounts.push(`${run.sources}:/src:ro`);
  for (const folder of ["go-mod", "go-build", "m2"]) {
    mkdirSync(join(run.cacheDir, folder), { recursive: true });
    mounts.push(`${join(run.cacheDir, folder)}:/cache/${folder}`);
  }
  const variables: Record<string, string> = {
    HOME: "/tmp/home",
    TMPDIR: "/tmp",
    CGO_ENABLED: "0",
    GOTOOLCHAIN: GO_TOOLCHAIN,
    GOMODCACHE: "/cache/go-mod",
    GOCACHE: "/cache/go-build",
    // Without modcacherw the cache could not be deleted by its owner.
    GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false",
    MAVEN_ARGS: "-Dmaven.repo.local=/cache/m2",
    ...(run.architecture ? { GOARCH: run.architecture } : {}),
  };

  const certificates = hostCertificates(run.cacheDir, run.env);
  if (certificates) {
    mounts.push(`${certificates}:/run/host-certificates.pem:ro`);
    variables["SSL_CERT_FILE"] = "/run/host-certificates.pem";
  }
  const settings: Record<string, string> = {
    [run.env["GOENV"] || join(homedir(), ".config/go/env")]: "/run/host-settings/go-env",
    [join(homedir(), ".m2/settings.xml")]: "/run/host-settings/maven.xml",
  };
  for (const [file, place] of Object.entries(settings)) if (existsSync(file)) mounts.push(`${file}:${place}:ro`);

  const user = process.getuid && process.getgid ? ["--user", `${process.getuid()}:${process.getgid()}`] : [];
  try {
    await exec(
      "docker",
      [
        ...["run", "--rm", "--name", run.name, "--network", "host", ...user],
        ...mounts.flatMap((mount) => ["--volume", mount]),
        ...Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
        ...PASSED_ON.filter((name) => run.env[name]).flatMap((name) => ["--env", name]),
        ...["--entrypoint", "/bin/bash", run.image, "-c", IN_THE_BUILDER],
      ],
      options,
    );
  } finally {
    // Ending the client need not have ended the container.
    await exec("docker", ["rm", "--force", run.name], { allowFailure: true });
  }
}

/** Java knows no PEM bundles, hence the trust store. The shell ends on a signal, which process 1 would otherwise ignore. */
const IN_THE_BUILDER = `set -euo pipefail
mkdir -p "$HOME"
[ ! -e /run/host-settings/go-env ] || export GOENV=/run/host-settings/go-env
[ ! -e /run/host-settings/maven.xml ] || export MAVEN_ARGS="$MAVEN_ARGS --settings /run/host-settings/maven.xml"
if [ -n "\${SSL_CERT_FILE:-}" ] && command -v mvn > /dev/null; then
  openssl pkcs12 -export -nokeys -jdktrust anyExtendedKeyUsage -passout pass:changeit -in "$SSL_CERT_FILE" -out /tmp/trust.p12
  export MAVEN_OPTS="-Djavax.net.ssl.trustStore=/tmp/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit"
fi
trap 'exit 143' TERM INT
bash /recipe/build.sh & wait $!
`;

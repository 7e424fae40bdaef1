import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { OpenApi, type OpenApiDocument } from "../../../tools/manifests/openapi";
import { printOpenApi, trimOpenApi } from "../../../tools/manifests/trim-openapi";
import { API } from "./rendering";

const folder = mkdtempSync(join(tmpdir(), "openapi-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the document that is shipped", () => {
  test("tells its version, kinds and what lives in a namespace", () => {
    expect(API.version).toBe("v1.34.2");
    expect(API.kindsNamed("statefulset", "v1")).toEqual([
      {
        group: "apps",
        version: "v1",
        kind: "StatefulSet",
        apiVersion: "apps/v1",
        namespaced: true,
        definition: "io.k8s.api.apps.v1.StatefulSet",
      },
    ]);
    expect(API.kindsNamed("statefulset", "v2")).toEqual([]);
    expect(API.isNamespaced("v1", "ConfigMap")).toBe(true);
    expect(API.isNamespaced("v1", "Namespace")).toBe(false);
    expect(API.isNamespaced("example.com/v1", "Gadget")).toBeUndefined();
  });

  test("is what trimming leaves of it", () => {
    const file = join(__dirname, "../../../tools/manifests/kubernetes-openapi.json");
    const text = readFileSync(file, "utf8");
    expect(printOpenApi(trimOpenApi(JSON.parse(text) as OpenApiDocument))).toBe(text);
  });
});

const gadget = (group: string, version = "v1") => ({ group, version, kind: "Gadget" });

const FULL = {
  info: { title: "Kubernetes", version: "v9.9.9" },
  paths: {
    "/apis/io.example/v1/namespaces/{namespace}/gadgets": {
      parameters: [],
      get: {},
      post: { "x-kubernetes-group-version-kind": gadget("io.example"), operationId: "create" },
    },
    "/apis/io.example/v1beta1/gadgets": {
      post: { "x-kubernetes-group-version-kind": gadget("io.example", "v1beta1") },
    },
    "/apis/io.example/v1/namespaces/{namespace}/gadgets/{name}/token": {
      post: { "x-kubernetes-group-version-kind": { group: "io.example", version: "v1", kind: "Token" } },
    },
    "/version": { get: {} },
  },
  definitions: {
    "io.k8s.api.example.v1.Gadget": {
      description: "long",
      type: "object",
      required: ["description"],
      properties: {
        description: { type: "string", description: "a property that is called so" },
        spec: { allOf: [{ $ref: "#/definitions/io.k8s.api.example.v1.Spec" }], description: "x", default: {} },
        status: { $ref: "#/definitions/io.k8s.api.example.v1.Status" },
      },
      "x-kubernetes-group-version-kind": [gadget("io.example"), { group: "", version: "v1", kind: "DeleteOptions" }],
    },
    "io.k8s.api.example.v1.Spec": {
      type: "object",
      properties: {
        status: { type: "string" },
        self: { $ref: "#/definitions/io.k8s.api.example.v1.Spec" },
        sizes: { type: "object", additionalProperties: { $ref: "#/definitions/io.k8s.api.example.v1.Size" } },
        any: { type: "object", additionalProperties: true },
        list: { type: "array", items: { type: "string", format: "byte" }, "x-kubernetes-list-type": "atomic" },
      },
    },
    "io.k8s.api.example.v1.Size": { type: "string", description: "x" },
    "io.k8s.api.example.v1.Status": { type: "object" },
    "io.k8s.api.example.v1.Token": {
      type: "object",
      "x-kubernetes-group-version-kind": [{ group: "io.example", version: "v1", kind: "Token" }],
    },
  },
};

test("trimming keeps the structure of stable kinds and what they refer to", () => {
  const spec = "io.k8s.api.example.v1.Spec";
  expect(trimOpenApi(FULL as unknown as OpenApiDocument)).toEqual({
    info: { version: "v9.9.9" },
    paths: {
      "/apis/io.example/v1/namespaces/{namespace}/gadgets": {
        post: { "x-kubernetes-group-version-kind": gadget("io.example") },
      },
    },
    definitions: {
      "io.k8s.api.example.v1.Gadget": {
        type: "object",
        required: ["description"],
        properties: { description: { type: "string" }, spec: { allOf: [{ $ref: `#/definitions/${spec}` }] } },
        "x-kubernetes-group-version-kind": [gadget("io.example")],
      },
      "io.k8s.api.example.v1.Size": { type: "string" },
      [spec]: {
        type: "object",
        properties: {
          status: { type: "string" },
          self: { $ref: `#/definitions/${spec}` },
          sizes: { type: "object", additionalProperties: { $ref: "#/definitions/io.k8s.api.example.v1.Size" } },
          any: { type: "object", additionalProperties: true },
          list: { type: "array", items: { type: "string", format: "byte" } },
        },
      },
    },
  });
});

describe("a document of a cluster's own", () => {
  const write = (document: unknown) => {
    const file = join(folder, "openapi.json");
    writeFileSync(file, typeof document === "string" ? document : JSON.stringify(document));
    return file;
  };

  test("is read whole, with references followed", () => {
    const api = OpenApi.read(write(FULL));
    const kinds = api.kindsNamed("gadget");
    // Only the stable version has a definition here, and a token is made at another object.
    expect(kinds.map((kind) => kind.apiVersion)).toEqual(["io.example/v1"]);
    expect(api.kindsNamed("token")).toEqual([]);
    const [kind] = kinds;
    const schema = kind && api.schemaOf(kind);
    expect(schema?.name).toBe("Gadget");
    expect(api.follow(schema?.properties?.["spec"] ?? {})).toMatchObject({ name: "Spec", type: "object" });
  });

  test("may have a custom resource with the name of one of Kubernetes' own", () => {
    const custom = { group: "serving.example.com", version: "v1", kind: "Gadget" };
    const api = OpenApi.read(
      write({
        ...FULL,
        paths: { ...FULL.paths, "/apis/serving/v1/gadgets": { post: { "x-kubernetes-group-version-kind": custom } } },
        definitions: {
          ...FULL.definitions,
          "com.example.serving.v1.Gadget": { type: "object", "x-kubernetes-group-version-kind": [custom] },
        },
      }),
    );
    expect(api.kindsNamed("gadget").map((kind) => kind.apiVersion)).toEqual(["io.example/v1"]);
    expect(api.isNamespaced("serving.example.com/v1", "Gadget")).toBe(false);
  });

  test("is refused if it is none, or refers to what it does not have", () => {
    const file = write({ definitions: {} });
    expect(() => OpenApi.read(file)).toThrow(
      `'${file}' is no OpenAPI document of Kubernetes: 'kubectl get --raw /openapi/v2 > ${file}' writes one`,
    );
    expect(() => OpenApi.read(write("{"))).toThrow(/^the OpenAPI document cannot be read: /);
    expect(() => OpenApi.read(join(folder, "absent"))).toThrow(/^the OpenAPI document cannot be read: ENOENT/);
    expect(() => API.follow({ $ref: "#/definitions/absent" })).toThrow(
      "the OpenAPI document refers to 'absent', which it does not define",
    );
  });
});

/**
 * A dashboard as Kibana 9.5 answers it: it is stored in another shape, and what an answer has is made of that
 * (src/platform/plugins/shared/dashboard/server/api/transforms/out and
 * src/platform/packages/shared/kbn-lens-embeddable-utils/config_builder of elastic/kibana).
 */

type Json = Readonly<Record<string, unknown>>;

export function readDashboard(body: Json): Json {
  return {
    ...body,
    tags: [],
    access_control: { access_mode: "default" },
    panels: ((body["panels"] ?? []) as readonly Json[]).map((panel) => ({ ...panel, config: readConfig(panel) })),
    pinned_panels: ((body["pinned_panels"] ?? []) as readonly Json[]).map((control) => ({
      width: "medium",
      grow: false,
      ...control,
      config: {
        use_global_filters: true,
        single_select: false,
        sort: { by: "_count" },
        ...(control["config"] as Json),
      },
    })),
  };
}

function readConfig({ type, config }: Json): Json {
  const own = config as Json;
  if (type === "vis") return readChart(own);
  if (type !== "discover_session") return own;
  const tabs = own["tabs"] as readonly Json[];
  return { ...own, tabs: tabs.map((tab) => ({ filters: [], view_mode: "documents", ...tab })) };
}

/** `filtersAndQueryToApiFormat` drops an empty query and no filters; `generateApiLayer` adds the rest. */
function readChart({ query, ...chart }: Json): Json {
  const layers = chart["layers"] as readonly Json[] | undefined;
  const added = { sampling: 1, ignore_global_filters: false };
  return {
    ...chart,
    ...((query as { expression?: string } | undefined)?.expression ? { query } : {}),
    ...(layers
      ? { axis: { x: { title: { visible: true } } }, layers: layers.map((layer) => ({ ...added, ...layer })) }
      : added),
  };
}

/** Something that cannot be deployed, because it is refused with a sentence that says why. */
export interface Guardrail {
  /** What holds. */
  readonly name: string;
  /**
   * Who refuses: `environments` facts, before anything else is done; `constructs` what is put together in a way that cannot work;
   * `aspects` any resource of a stack on Kubernetes, as it is synthesized.
   */
  readonly where: "environments" | "constructs" | "aspects";
  readonly refuses: string;
  /** Where `refuses` does not say it. */
  readonly why?: string;
  /** What is said about one that breaks it. A test breaks it. */
  readonly says: string;
}

/** Every guardrail there is. `__tests__/environments/guardrails.test.ts` keeps and breaks each of them. */
export const GUARDRAILS = [
  {
    name: "names are DNS labels",
    where: "environments",
    refuses: "a name of an environment, a namespace or a Secret that Kubernetes would not take",
    says: "'name' ('Local_1') must be a DNS label: lower-case letters, digits and '-'",
  },
  {
    name: "Filebeat's memory holds its queue",
    where: "environments",
    refuses: "a memory limit of Filebeat's that its smallest queue of the longest lines does not fit into",
    why: "Killed for want of memory, it would read the same lines again, and be killed again.",
    says: "'filebeat.memory' (246 MiB) cannot hold Filebeat's smallest queue, 32 lines of 'filebeat.maxLine' (1 MiB), each as it was read and as JSON, beside its own 187104 KiB: give at least 247 MiB or lower 'filebeat.maxLine'",
  },
  {
    name: "Kafka's copies fit its brokers",
    where: "environments",
    refuses: "more copies of a topic than brokers, or more in sync than there are",
    says: "topic 'app-logs': 'kafka.logs.replicationFactor' (2) must be at most 'kafka.brokers' (1): lower it or add a broker",
  },
  {
    name: "writes survive one broker",
    where: "environments",
    refuses: "copies in sync of which none may be away, or so few that one broker has a line alone",
    why: "A broker is away at every upgrade.",
    says: "'kafka.logs.minInSyncReplicas' (1) must be at least 2 with 'kafka.logs.replicationFactor' (3): a line would be acknowledged that only one broker has, and be lost with it; raise it",
  },
  {
    name: "writes survive the loss of a zone",
    where: "environments",
    refuses: "brokers and copies of which the loss of a zone takes too many",
    says: "topic 'app-logs': of 'kafka.logs.replicationFactor' (4) 2 may be in one of the 'platform.zones' (3), and the 2 without it are fewer than 'kafka.logs.minInSyncReplicas' (3): add copies, lower the one, or set 'platform.zones' to 1 if the loss of one need not be survived",
  },
  {
    name: "a majority elects",
    where: "environments",
    refuses: "controllers, masters or brokers in their place, of which a majority cannot survive what may be lost",
    says: "'platform.elasticsearch.masters.nodes' (1) must be odd and at least 3: a majority elects, so fewer bear no loss and one more bears no more; take 3",
  },
  {
    name: "shards survive the loss of a zone",
    where: "environments",
    refuses: "one copy over several zones, or a zone without nodes of a tier",
    says: "'elasticsearch.replicas' (0) must be at least 1 over 'platform.zones' (3): the loss of a zone would be the loss of its shards; raise it",
  },
  {
    name: "zones are counted",
    where: "environments",
    refuses: "a number of zones that is none",
    says: "'platform.zones' (1.5) must be a whole number of at least 1",
  },
  {
    name: "copies of a shard have a node each",
    where: "environments",
    refuses: "as many copies beside the first as a tier has nodes",
    says: "'elasticsearch.replicas' (1) must be below 'elasticsearch.nodes' (1): a copy never shares a node with its original; lower it or add a node",
  },
  {
    name: "an index has shards",
    where: "environments",
    refuses: "an index without a shard",
    says: "'elasticsearch.shards' (0) must be at least 1",
  },
  {
    name: "a machine with Elasticsearch can be drained",
    where: "environments",
    refuses: "one node that takes lines beside others, which ECK's disruption budget never lets go",
    says: "'elasticsearch.nodes' (1) beside 'platform.elasticsearch.masters': no machine with an Elasticsearch could ever be drained, because ECK spares what there is only one of; take 2 or leave the others out",
  },
  {
    name: "one of each where no operator runs more",
    where: "environments",
    refuses: "several brokers or nodes where nobody but our one-node engines would run them",
    says: "'kafka.brokers' (3) must be 1 where no operator runs them: lower it, or say who runs more in 'platform.kafka'",
  },
  {
    name: "operators are there for whom they run",
    where: "environments",
    refuses: "an engine whose operator is not there, or an operator that runs nothing",
    says: "'platform.kafka.kind' is 'strimzi', and no operator is said to run it: add 'platform.operators', or leave 'platform.kafka' out",
  },
  {
    name: "operators have a namespace of their own",
    where: "environments",
    refuses: "operators in the pipeline's namespace",
    why: "Pod Security lets Filebeat read the node's files there.",
    says: "'platform.operators.namespace.name' ('logs') is 'platform.namespace.name' as well, where Pod Security lets pods read the node's files: operators need nothing of that; give them a namespace of their own",
  },
  {
    name: "operators watch what they are told",
    where: "environments",
    refuses: "namespaces to watch that mean nothing",
    says: "'platform.operators.alsoWatch' has 'a' more than once: name it once",
  },
  {
    name: "Kafka bridges the outage",
    where: "environments",
    refuses: "a retention, in time or in bytes, shorter than the outage to bridge and the time to catch up",
    says: "'kafka.logs.retention' (24h) must be at least 26h: it bridges an outage of 13h and 13h to catch up; raise it or lower 'objectives.kafkaBridgesOutageOf'",
  },
  {
    name: "Kafka's disk holds what it keeps",
    where: "environments",
    refuses: "claims that what topics may keep would fill beyond 85 or 90 %",
    says: "'platform.claims.kafka' (14 GiB) of each of 3 brokers is too small for what topics may keep: 'app-logs' 12 x 3 x (1 GiB + a segment of 128 MiB) is 13824 MiB for one, and nine tenths of it are 12902 MiB; give more storage, lower 'kafka.logs.retentionBytes' or add brokers",
  },
  {
    name: "Kafka carries the load",
    where: "environments",
    refuses: "fewer partitions, brokers or processors than writing and reading take",
    says: "'kafka.brokers' (3) must be at least 4: at 108,000 events/s with 'kafka.cpu' (3.994) half busy; add brokers or give them more",
  },
  {
    name: "Elasticsearch's disks hold what they keep",
    where: "environments",
    refuses:
      "a tier whose disks pass the low watermark with one node or one zone lost, or are beyond what its memory searches",
    says: "'platform.claims.elasticsearch' (4606 MiB) must be at least 4607 MiB: 7.65 GiB on the 2 of 3 that are left if one is lost, 85 % full; give more disk or nodes, or keep less",
  },
  {
    name: "Elasticsearch carries the load",
    where: "environments",
    refuses: "fewer shards or nodes than writing and searching take, with what may be lost",
    says: "'elasticsearch.nodes' (3) must be at least 4: 6,365 documents/s with copies while catching up on the 2 of 3 that are left if one is lost, and one of 4 GiB takes 3,131; add nodes",
  },
  {
    name: "shards have a size to search and to move",
    where: "environments",
    refuses: "shards that are too large, too small, or too many on a node",
    says: "'elasticsearch.lifecycle.rolloverSize' (51 GiB) must be at most 50 GiB: a shard of more than 50 GiB or 200,000,000 documents is slow to search and to move; lower it",
  },
  {
    name: "lines live as long as promised",
    where: "environments",
    refuses: "ages of the lifecycle that keep lines shorter or longer than the objectives say",
    why: "An index's age counts from its rollover.",
    says: "'elasticsearch.lifecycle.rolloverAge + deleteAfter' (8d) must be at most 191h: an index's age counts from its rollover, so a line lives for 'elasticsearch.lifecycle.rolloverAge' (24h) and 'elasticsearch.lifecycle.deleteAfter' (7d); lower one of them",
  },
  {
    name: "an index's life makes sense",
    where: "environments",
    refuses: "phases in the wrong order, or a phase and its nodes without each other",
    says: "'elasticsearch.lifecycle.warmAfter' (72h) needs nodes to move to: add 'platform.elasticsearch.warm' or remove it",
  },
  {
    name: "what is deleted was copied before",
    where: "environments",
    refuses: "a delete phase without a snapshot repository where data is to be kept",
    says: "'elasticsearch.lifecycle.deleteAfter' (168h) would delete what nobody has a copy of, and 'platform.claims.whenDestroyed' is 'keep': add 'platform.elasticsearch.snapshots', from which the delete phase waits for one, or remove the lifecycle",
  },
  {
    name: "snapshots are taken and last",
    where: "environments",
    refuses: "a schedule that Elasticsearch would not take, or snapshots that go before they expire",
    says: "'platform.elasticsearch.snapshots.maxCount' (29) must be at least 30: 'schedule' ('0 30 1 * * ?') takes so many within 'expireAfter' (720h), and what is beyond 'maxCount' goes before it expires; raise it or lower 'expireAfter'",
  },
  {
    name: "content is healed at times that come",
    where: "environments",
    refuses: "a schedule that Kubernetes would not take, or that never comes",
    says: "'elasticsearch.healContent' ('17 24 * * *') has the hour '24', which must be of 0 to 23: correct it, as in '17 3 * * *'",
  },
  {
    name: "copies are as many as sizes are for",
    where: "environments",
    refuses: "other copies than those that disks are compared with",
    says: "'elasticsearch.replicas' (2) must be 'objectives.replicas' (1): disks are compared with so many copies; make them the same",
  },
  {
    name: "heaps leave room beside them",
    where: "environments",
    refuses: "a heap that leaves too little of its memory, or memory too small to work",
    says: "'elasticsearch.heap' (641 MiB) must be at most 640 MiB: half of 'elasticsearch.memory' (1280 MiB) and never above 30 GiB; lower it or give more memory",
  },
  {
    name: "consumers have partitions",
    where: "environments",
    refuses: "more consumers than partitions, or none",
    says: "'consumer.replicas' (13) must be at most 'kafka.logs.partitions' (12): the others would have nothing to read; lower it or add partitions",
  },
  {
    name: "consumers carry the load",
    where: "environments",
    refuses: "fewer consumers than the peak, or catching up, takes",
    says: "'consumer.replicas' (2) must be at least 3: one takes 32,000 events/s, and 64,002 arrive or wait while catching up within 12h; add replicas, and partitions if they are as many",
  },
  {
    name: "the consumer's memory holds its batches",
    where: "environments",
    refuses: "batches that its memory cannot hold",
    says: "'consumer.memory' (189 MiB) cannot hold 8 batches of 'consumer.batchSize' (5 MiB) beside its own 150 MiB: lower the batch or give more memory",
  },
  {
    name: "the consumer is not killed while it drains",
    where: "environments",
    refuses: "a grace period that ends before the drain deadline",
    says: "'consumer.gracePeriod' (20s) must be longer than 'consumer.drainDeadline' (20s): it would be killed while it still delivers; raise the one or lower the other",
  },
  {
    name: "a line fits wherever it goes",
    where: "environments",
    refuses: "a longest line that no message takes, or a message that no dead letter holds",
    why: "A shipper that is refused retries for ever or drops the event.",
    says: "'filebeat.maxLine' (1395371 B) can need 8388610 B as JSON, above 'kafka.logs.maxMessage' (8 MiB): lower the one or raise the other",
  },
  {
    name: "a dead letter outlives its line",
    where: "environments",
    refuses: "dead letters that go before their lines",
    says: "'kafka.deadLetters.retention' (23h) must be at least 'kafka.logs.retention' (24h): a dead letter is all that is left of its line",
  },
  {
    name: "a workload says what it asks for",
    where: "environments",
    refuses: "a workload without objectives, or one that makes no sense",
    says: "'workload' is stated without 'objectives': neither says anything alone; state both or remove it",
  },
  {
    name: "kept data has a locked state",
    where: "environments",
    refuses: "data to be kept, by a state that only one checkout has and nothing locks",
    says: "'state.kind' is 'local', and 'platform.claims.whenDestroyed' is 'keep': a file of one checkout is locked for nobody else, and lost with it; choose another kind, each of which is locked, or 'delete'",
  },
  {
    name: "the state's backend is told what it needs",
    where: "environments",
    refuses: "a backend without a fact that it needs, or that shows its password on the way",
    says: "'state.bucket' is empty: a backend of kind 's3' needs bucket, region, key",
  },
  {
    name: "a deploy cannot hit another cluster",
    where: "environments",
    refuses: "a cluster that ambient settings would choose",
    says: "'platform.cluster.context' is empty: name one of 'kubectl config get-contexts', so that a deploy cannot hit another cluster",
  },
  {
    name: "environments of a cluster get on",
    where: "environments",
    refuses: "two environments in one namespace, or two installations of operators in one cluster",
    says: "environments 'operated' and 'another' of one cluster both install operators, of which a cluster has one installation: set 'platform.operators.namespace.create' to false in one, and name its namespace in the other's 'alsoWatch'",
  },
  {
    name: "images can be pulled",
    where: "environments",
    refuses: "a registry that is no host and folder",
    says: "'platform.imageRegistry' ('https://registry.test') must be a host and a folder, without a scheme: registry.example.com/team",
  },
  {
    name: "directories of the node are Filebeat's own",
    where: "environments",
    refuses: "relative or shared directories of the node",
    says: "'platform.nodeDirectories.logs' and '.filebeat' are both '/logs': give each its own",
  },
  {
    name: "Kibana can be opened",
    where: "environments",
    refuses: "a way to Kibana without an address, TLS, a controller or a Kibana",
    says: "'kibana.publicUrl' (https://logs.test/kibana) must be 'https://' and the host's name, without a path, as in 'https://logs.example.com': correct it",
  },
  {
    name: "people prove who they are",
    where: "environments",
    refuses: "an OpenID Connect provider that cannot tell people, or lets nobody in",
    says: "'platform.ingress.authentication.issuerUrl' (http://accounts.test) must be a URL with https and without a query, as in its 'issuer' of /.well-known/openid-configuration: correct it",
  },
  {
    name: "what others run is reached safely",
    where: "environments",
    refuses: "an imported Kafka or Elasticsearch that would be sent passwords in plain text, or cannot be reached",
    says: "'http://search.test' in 'platform.elasticsearch.urls' would show the passwords of 'platform.elasticsearch.credentials' to anybody on the way: use https",
  },
  {
    name: "facts mean something where they are stated",
    where: "environments",
    refuses: "facts for Kubernetes on Docker",
    says: "'kibana.publicUrl' means nothing on Docker: remove it",
  },
  {
    name: "one Engine runs one of each",
    where: "environments",
    refuses: "several of one part on one Docker Engine",
    says: "one Docker Engine runs one of each: set 'kafka.brokers' (2), 'elasticsearch.nodes' (1) and 'consumer.replicas' (1) to 1",
  },
  {
    name: "one machine holds everything",
    where: "environments",
    refuses: "memory limits beyond the machine's budget",
    says: "the memory limits add up to 4256 MiB (kafka 768 MiB, elasticsearch 1280 MiB, kibana 960 MiB, filebeat 384 MiB, filebeat-metrics 96 MiB, consumer 320 MiB, jaeger 256 MiB, services 192 MiB), above 'platform.memoryBudget' (4462739455 B): lower one or raise the budget",
  },
  {
    name: "ports can be had",
    where: "environments",
    refuses: "ports that need root, are none, or are taken twice",
    says: "'platform.ports.kafka' (9094) is also 'gateway': give each its own",
  },
  {
    name: "topics are declared",
    where: "constructs",
    refuses: "a grant for a topic that nobody makes",
    says: "topic 'log' is not declared (declared: logs): call addTopic() first",
  },
  {
    name: "rights have users and users have rights",
    where: "constructs",
    refuses: "a right that is granted to no user, or a user without any",
    says: "imported Elasticsearch: the right 'content' is granted, and no user has it: add 'credentials.content'",
  },
  {
    name: "Filebeat sends what the topic takes",
    where: "constructs",
    refuses: "a longest line that the topic would refuse",
    says: "Filebeat: a line of 'maxLineBytes' (100) can need 16984 bytes as JSON, but topic 'logs' takes 'maxMessageBytes' (16983): lower the one or raise the other",
  },
  {
    name: "images have an exact version",
    where: "aspects",
    refuses: "an image without a digest or an exact tag, or a chart without an exact version",
    why: "What is reviewed is what runs.",
    says: "container 'main': image 'web:latest' names no exact version: give a tag other than 'latest', or a digest",
  },
  {
    name: "no secret is synthesized",
    where: "aspects",
    refuses: "a secret in any synthesized value",
    why: "It would be in Terraform's state and in every plan.",
    says: "'spec.template.spec.container[0].env[0].value' has the value of 'DB_PASSWORD' in plain text: refer to a key of a Secret",
  },
  {
    name: "kept data is protected",
    where: "aspects",
    refuses: "namespaces, claims and custom resources with data that a deploy or a destroy could take",
    says: "may be destroyed, and with it its data: set 'lifecycle.prevent_destroy'",
  },
  {
    name: "every node can be drained",
    where: "aspects",
    refuses: "disruption budgets that let no pod go",
    says: "'spec' lets no pod go (minAvailable 2, of 2 of 'web'), so that no node can be emptied: set 'maxUnavailable' to 1 instead",
  },
  {
    name: "containers say what they take",
    where: "aspects",
    refuses: "containers without requests or without a limit of memory",
    says: "container 'main' does not state resources.limits.memory: add what it takes",
  },
  {
    name: "pods are restricted",
    where: "aspects",
    refuses: "pods beyond the restricted Pod Security Standard, but for Filebeat's directories of the node",
    says: "container 'main' is 'privileged': remove it",
  },
] as const satisfies readonly Guardrail[];

export type GuardrailName = (typeof GUARDRAILS)[number]["name"];

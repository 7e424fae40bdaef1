/** Where rules and figures come from, as they are printed beside a number. */
export const SOURCE = {
  bulk: "Alibaba Cloud, 8-vCPU 32-GiB data node performance test (help.aliyun.com/en/es/product-overview/8-core-32-gib-data-node-instance-performance-test)",
  consumerBench: "measured: consumer against a sink that counts; consumer/bench/transform.ts has its innermost part",
  elasticSizing:
    "Elastic, Benchmarking and sizing (elastic.co/blog/benchmarking-and-sizing-your-elasticsearch-cluster-for-logs-and-metrics)",
  heap: "Elastic, Advanced configuration, JVM heap size; constructs/elasticsearch/heap.ts",
  kafkaDisk: "AWS, Manage MSK storage (github.com/aws/agent-toolkit-for-aws, manage-storage.md)",
  kafkaPartitions: "Confluent, 5 common pitfalls (confluent.io/blog/5-common-pitfalls-when-using-apache-kafka)",
  kafkaSegment:
    "IBM, Understanding reserved disk usage (cloud.ibm.com/docs/EventStreams?topic=EventStreams-ES_understanding_reserved_disk_usage)",
  kafkaThroughput:
    "Google, Plan the size of your Kafka cluster (docs.cloud.google.com/managed-service-for-apache-kafka/docs/plan-cluster-size)",
  kafkaReplication: "Apache Kafka documentation, min.insync.replicas",
  kip578: "KIP-578 (cwiki.apache.org/confluence/spaces/KAFKA/pages/148641509)",
  openSearchStorage:
    "AWS, Calculating storage requirements (docs.aws.amazon.com/opensearch-service/latest/developerguide/bp-storage.html)",
  quorum: "Elastic, Designing for resilience: three master-eligible nodes",
  rolloverAge: "elastic/elasticsearch#85651",
  shards:
    "Elastic, Size your shards (elastic.co/docs/deploy-manage/production-guidance/optimize-performance/size-shards)",
  threadPool:
    "Elastic, Thread pool settings (elastic.co/docs/reference/elasticsearch/configuration-reference/thread-pool-settings)",
  zones:
    "Elastic, Resilience in Elastic Cloud Hosted deployments (elastic.co/docs/deploy-manage/production-guidance/availability-and-resilience/resilience-in-ech)",
  watermark: "Elastic, cluster.routing.allocation.disk.watermark.low",
  filebeat: "measured: Filebeat 7.17, 17,900 events of 560 bytes per CPU second",
  objective: "objectives of the environment",
  arithmetic: "arithmetic",
} as const;

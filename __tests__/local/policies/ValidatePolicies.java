import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.elasticsearch.xcontent.NamedXContentRegistry;
import org.elasticsearch.xcontent.NamedXContentRegistry.Entry;
import org.elasticsearch.xcontent.ParseField;
import org.elasticsearch.xcontent.XContentParser;
import org.elasticsearch.xcontent.XContentParserConfiguration;
import org.elasticsearch.xcontent.XContentType;
import org.elasticsearch.xpack.core.ilm.*;
import org.elasticsearch.xpack.core.slm.SnapshotLifecyclePolicy;

/**
 * Reads policies with Elasticsearch's own parser and lets its own classes validate them, as its nodes do before they store one.
 * Each file of the folder is the body of a PUT: of an index lifecycle policy (.ilm.json) or of one of snapshots (.slm.json).
 * Prints a line for each, in order: its name, and "ok" or what is wrong.
 */
public class ValidatePolicies {
  // What the ilm module registers in a node (IndexLifecycle.getNamedXContent), which the jar of x-pack-core is without.
  private static final NamedXContentRegistry REGISTRY = new NamedXContentRegistry(List.of(
      new Entry(LifecycleType.class, new ParseField(TimeseriesLifecycleType.TYPE), p -> TimeseriesLifecycleType.INSTANCE),
      action(AllocateAction.NAME, AllocateAction::parse),
      action(DeleteAction.NAME, DeleteAction::parse),
      action(DownsampleAction.NAME, DownsampleAction::parse),
      action(ForceMergeAction.NAME, ForceMergeAction::parse),
      action(MigrateAction.NAME, MigrateAction::parse),
      action(ReadOnlyAction.NAME, ReadOnlyAction::parse),
      action(RolloverAction.NAME, RolloverAction::parse),
      action(SearchableSnapshotAction.NAME, SearchableSnapshotAction::parse),
      action(SetPriorityAction.NAME, SetPriorityAction::parse),
      action(ShrinkAction.NAME, ShrinkAction::parse),
      action(WaitForSnapshotAction.NAME, WaitForSnapshotAction::parse)));

  private interface Parse {
    LifecycleAction from(XContentParser parser) throws java.io.IOException;
  }

  private static Entry action(String name, Parse parse) {
    return new Entry(LifecycleAction.class, new ParseField(name), parser -> parse.from(parser));
  }

  public static void main(String[] args) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(args[0]))) {
      files = all.filter(path -> path.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) System.out.println("policy " + file.getFileName() + ": " + outcome(file));
  }

  private static String outcome(Path file) throws Exception {
    XContentParserConfiguration configuration = XContentParserConfiguration.EMPTY.withRegistry(REGISTRY);
    try (XContentParser parser =
        XContentType.JSON.xContent().createParser(configuration, Files.readAllBytes(file))) {
      if (file.toString().endsWith(".slm.json")) {
        var problems = SnapshotLifecyclePolicy.parse(parser, "policy").validate();
        return problems == null ? "ok" : oneLine(problems);
      }
      LifecyclePolicy policy = readLifecycle(parser);
      policy.validate();
      // A node says this as a warning, and stores the policy.
      String warning = TimeseriesLifecycleType.validateMonotonicallyIncreasingPhaseTimings(policy.getPhases().values());
      return warning == null || warning.isEmpty() ? "ok" : "warning: " + warning;
    } catch (Exception problem) {
      return oneLine(problem);
    }
  }

  /** The object around it is that of the request. */
  private static LifecyclePolicy readLifecycle(XContentParser parser) throws java.io.IOException {
    parser.nextToken();
    parser.nextToken();
    if (!"policy".equals(parser.currentName())) throw new IllegalArgumentException("no [policy]");
    parser.nextToken();
    return LifecyclePolicy.parse(parser, "policy");
  }

  private static String oneLine(Throwable problem) {
    StringBuilder text = new StringBuilder();
    for (Throwable at = problem; at != null; at = at.getCause()) text.append(at.getMessage()).append("; ");
    return text.toString().replaceAll("\\s+", " ");
  }
}

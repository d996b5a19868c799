// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

/**
 * Model refs for every {@code model(String)} of the host's builders. Pure text: nothing is looked
 * up. Rule and vectors: spec/model_refs. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Model {
  private Model() {}

  /** One model of one provider: {@code fc:openai/gpt-4o-mini}. ModelRefException names the part. */
  public static String fc(String provider, String model) {
    if (model.matches("(fc|slot|match):.*")) {
      throw new ModelRefException("model", "\"" + model + "\" is a ref already.");
    }
    return fc(provider + "/" + model);
  }

  /** The same, provider and model in one text. */
  public static String fc(String providerAndModel) {
    return parse("fc:" + providerAndModel).text();
  }

  /** An alias you defined: {@code slot:fast-chat}. ModelRefException when it is not one. */
  public static String slot(String alias) {
    return parse("slot:" + alias).text();
  }

  /**
   * The best model of a family, chosen when a request arrives. The provider {@code *} stands for
   * any. Mistakes are told by {@link MatchBuilder#build()}.
   */
  public static MatchBuilder match(String provider, String family) {
    return new MatchBuilder(provider, family);
  }

  /** The parts of a ref; ModelRefException for a text that is none. */
  public static ModelRef parse(String text) {
    return ModelRefParser.parse(text);
  }

  /** What a model must be able to do. */
  public enum Capability {
    /** Takes sound. */
    AUDIO,
    /** Bills repeated input at less. */
    CACHING,
    /** Keeps to a schema. */
    JSON_SCHEMA,
    /** Thinks before it answers. */
    REASONING,
    /** Calls functions. */
    TOOLS,
    /** Takes images. */
    VISION
  }

  /** What makes a model the best one. */
  public enum Sort {
    /** The highest version. */
    NEWEST,
    /** The lowest price. */
    CHEAPEST,
    /** Room for the most tokens. */
    LARGEST_CONTEXT
  }

  /** How finished a model must be. */
  public enum Channel {
    /** Released models only. */
    STABLE,
    /** Previews as well. */
    PREVIEW
  }
}

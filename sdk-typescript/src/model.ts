// SPDX-License-Identifier: Apache-2.0
//
// Builds and reads model refs. Pure text: looks nothing up. Rule and vectors: spec/model_refs.
import {
  type Capability,
  type Channel,
  type Draft,
  type FcRef,
  fcOf,
  type MatchRef,
  matchOf,
  type ParsedRef,
  parse,
  render,
  type SlotRef,
  type Sort,
  slotOf,
} from './model-grammar';

export {
  type Capability,
  type Channel,
  type FcRef,
  type MatchRef,
  ModelRefError,
  type ParsedFc,
  type ParsedMatch,
  type ParsedRef,
  type ParsedSlot,
  type SlotRef,
  type Sort,
} from './model-grammar';

/** A built ref; assignable to every `model: string` of the OpenAI types. */
export type ModelRef = FcRef | SlotRef | MatchRef;
/** `4`, `"4.5"` or `"4-5"`. Never a fraction: 4.10 and 4.1 are one number but two versions. */
export type Version = number | string;
/** USD per million tokens: a number, or a string when every digit counts. */
export type Price = number | string;

/**
 * Model refs for every `model` field. Each call gives a new builder; mistakes are told by `build`.
 * @since 0.1.0
 */
export const Model = {
  /** One model of one provider: `Model.fc('openai', 'gpt-4o-mini')` or `Model.fc('openai/gpt-4o-mini')`. */
  fc(provider: string, model?: string): FcRef {
    return render(fcOf(provider, model)) as FcRef;
  },

  /** An alias you defined: `Model.slot('fast-chat')`. */
  slot(alias: string): SlotRef {
    return render(slotOf(alias)) as SlotRef;
  },

  /** The best model of a family, chosen when a request arrives. The provider `*` stands for any. */
  match(provider: string, family: string): MatchBuilder {
    return new MatchBuilder({ provider, family });
  },

  /** The parts of a ref. Throws ModelRefError for a text that is none. */
  parse(text: string): ParsedRef {
    return parse(text);
  },

  /** The one canonical text of a ref. Throws ModelRefError for a text that is none. */
  canonical(text: string): ModelRef {
    return render(parse(text));
  },
};

/** A match ref in the making. Immutable: every method gives another builder. */
export class MatchBuilder {
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** At least this version: 4 admits 4, 4.5 and 5. */
  minVersion(version: Version): MatchBuilder {
    return this.#with('min_version', version);
  }

  /** Below this version: 6 excludes 6 and all later ones. */
  maxVersion(version: Version): MatchBuilder {
    return this.#with('max_version', version);
  }

  /** Exactly this version; excludes the other two. */
  version(version: Version): MatchBuilder {
    return this.#with('version', version);
  }

  /** Only models that can do all of these; adds to earlier needs. */
  needs(...capabilities: Capability[]): MatchBuilder {
    return this.#with('needs', [...((this.#draft['needs'] as Capability[] | undefined) ?? []), ...capabilities]);
  }

  /** Only models with room for this many tokens. */
  minContext(tokens: number): MatchBuilder {
    return this.#with('min_context', tokens);
  }

  /** Only models whose input costs at most this much. */
  maxInputUsd(perMillionTokens: Price): MatchBuilder {
    return this.#with('max_input_usd', perMillionTokens);
  }

  /** Only models whose output costs at most this much. */
  maxOutputUsd(perMillionTokens: Price): MatchBuilder {
    return this.#with('max_output_usd', perMillionTokens);
  }

  /** What makes a model the best one; the newest, when not said. */
  sort(order: Sort): MatchBuilder {
    return this.#with('sort', order);
  }

  /** Stable models only, when not said. */
  channel(channel: Channel): MatchBuilder {
    return this.#with('channel', channel);
  }

  /** The canonical text. Throws ModelRefError naming the part that is wrong. */
  build(): MatchRef {
    return render(matchOf(this.#draft)) as MatchRef;
  }

  toString(): string {
    return this.build();
  }

  toJSON(): string {
    return this.build();
  }

  #with(part: string, value: unknown): MatchBuilder {
    return new MatchBuilder({ ...this.#draft, [part]: value });
  }
}

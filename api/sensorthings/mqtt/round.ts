/** News told in one slice of time: what was printed for one topic serves the others. */
import type { LiveObservation, SetName } from '../../../services/model/index.ts';
import { Links, Printer } from '../answer/index.ts';
import type { Query } from '../plan/index.ts';
import { expandNodes, newNode, type RequestContext } from '../rows/index.ts';
import type { Entity } from '../schema/index.ts';
import { entityOf, leadBack, topicsBehind } from './lead-back.ts';
import { observationOf } from './live-row.ts';
import { looksAlike } from './looks-alike.ts';
import { rowTopics } from './row-topics.ts';
import type { Topic } from './topic.ts';
import type { Listening, TopicIndex } from './topic-index.ts';

export type Tell = (topic: string, body: string) => void;

/** An entity that was put in its place. */
export interface Put {
  readonly set: SetName;
  readonly entity: { readonly id: number };
  /** undefined: it is new. */
  readonly before: object | undefined;
  /** Of a Thing that left its Locations: for which. */
  readonly movedTo: readonly number[];
}

export class Round {
  readonly #index: TopicIndex;
  readonly #context: RequestContext;
  readonly #links: Links;
  readonly #tell: Tell;
  readonly #printers = new Map<string, Printer>();

  constructor(index: TopicIndex, context: RequestContext, root: string, tell: Tell) {
    this.#index = index;
    this.#context = context;
    this.#links = new Links(root);
    this.#tell = tell;
  }

  row(live: LiveObservation): void {
    const row = observationOf(live);
    const texts = new Map<string, string>();
    for (const { topic } of rowTopics(this.#index, row, this.#context.env)) {
      let text = texts.get(topic.form);
      if (text === undefined) {
        text = this.#printer(topic).print(newNode(row));
        texts.set(topic.form, text);
      }
      this.#tell(topic.text, text);
    }
  }

  async put({ set, entity: put, before, movedTo }: Put): Promise<void> {
    const { env } = this.#context;
    const entity = env.visible(set).get(put.id);
    if (entity === undefined) return;
    if (!looksAlike(before, put)) {
      for (const shape of this.#index.of(set)) await this.#all(leadBack(shape, entity, env), entity);
    }
    for (const place of movedTo) {
      const location = env.visible('Locations').get(place);
      if (location === undefined) continue;
      for (const shape of this.#index.of('Locations')) {
        if (shape.steps.at(-1)?.from.name !== 'Things') continue;
        await this.#all(topicsBehind(shape, shape.steps.slice(0, -1), [entity], env), location);
      }
    }
  }

  /** What a property is now, so that the next change is told only if it changes this. */
  remember(listening: Listening): void {
    const { topic } = listening;
    if (topic.property === null || topic.target.properties.get(topic.property)?.needsExtent === true) return;
    const entity = entityOf(topic, this.#context.env);
    if (entity !== undefined) listening.last = this.#printer(topic).print(newNode(entity));
  }

  async #all(listenings: Iterable<Listening>, entity: Entity): Promise<void> {
    const { pace } = this.#context;
    const texts = new Map<string, string>();
    for (const listening of listenings) {
      if (pace.due()) await pace.breathe();
      const { topic } = listening;
      let text = texts.get(topic.form);
      if (text === undefined) {
        text = await this.#print(topic, entity);
        texts.set(topic.form, text);
      }
      if (topic.property !== null && listening.last === text) continue;
      if (topic.property !== null) listening.last = text;
      this.#tell(topic.text, text);
    }
  }

  async #print(topic: Topic, entity: Entity): Promise<string> {
    const node = newNode(entity);
    await expandNodes([node], topic.query, this.#context);
    return this.#printer(topic).print(node);
  }

  #printer({ form, query }: { readonly form: string; readonly query: Query }): Printer {
    let printer = this.#printers.get(form);
    if (printer === undefined) {
      printer = new Printer(query, this.#context, this.#links);
      this.#printers.set(form, printer);
    }
    return printer;
  }
}

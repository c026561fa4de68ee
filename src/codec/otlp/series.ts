// Which series a data point belongs to. The bytes of its attributes, the metric and the origin are
// hashed as they came; the identity cache knows the series of that hash. Only a series that it does
// not know, or not of that day, has its labels made.
import type { Hash64 } from '#lib/hash.ts';
import { stringMap } from '#model/column.ts';
import { pairsOf } from '#model/column-entries.ts';
import { toLabelFloat } from '#model/metric-name.ts';
import type { MetricRows, SeriesName } from '#model/metric-rows.ts';
import { type Origin, seriesIdBytes } from '#model/origin.ts';
import { toSeriesLabels, toTargetInfoLabels } from '#model/series-labels.ts';
import type { Body } from './body.ts';
import { type MetricFamily, targetInfo } from './metric-family.ts';
import { readOrigin } from './origin.ts';

/** Tells apart identities of the same origin and metric. */
const targetInfoSeed = 0x7a6e71;
const metadataSeed = 0x3e7ada;

/**
 * Every bucket of a histogram has all labels of its data point: so what one body's new series may take
 * is bounded by 64 times its size (a histogram of 15 buckets takes 13 times), and in all.
 */
const mebibyte = 1024 * 1024;

export class SeriesScanner {
  readonly #body: Body;
  readonly #rows: MetricRows;
  readonly #hash: Hash64;
  readonly #labelBytesMax: number;
  readonly #labelValue = new Float64Array(1);
  readonly #labelBytes = new Uint8Array(this.#labelValue.buffer);

  /** The series of the last enter(). */
  idLow = 0;
  idHigh = 0;

  #family: MetricFamily = targetInfo;
  #isDelta = false;
  #helpFrom = 0;
  #helpTo = 0;
  #metricLow = 0;
  #metricHigh = 0;
  #familyLow = 0;
  #familyHigh = 0;
  #metadataDay = Number.NaN;
  #origin: Origin | undefined;

  // The attributes of the data point, as one run of bytes where they lie side by side.
  #pointFrom = 0;
  #attributeTag = 0;
  #runFrom = 0;
  #runTo = 0;
  #pointLow = 0;
  #pointHigh = 0;

  constructor(body: Body, rows: MetricRows) {
    this.#body = body;
    this.#rows = rows;
    this.#hash = body.hash;
    this.#labelBytesMax = Math.min(512 * mebibyte, 64 * (mebibyte + body.reader.bytes.length));
  }

  /** Another resource or scope. */
  beginOrigin(): void {
    this.#origin = undefined;
  }

  /** Another metric; its description is a range of the body, the halves are a hash of its name, unit, description and type. */
  beginMetric(
    family: MetricFamily,
    isDelta: boolean,
    helpFrom: number,
    helpTo: number,
    familyLow: number,
    familyHigh: number,
  ): void {
    const { origin } = this.#body;
    this.#family = family;
    this.#isDelta = isDelta;
    this.#helpFrom = helpFrom;
    this.#helpTo = helpTo;
    this.#familyLow = familyLow;
    this.#familyHigh = familyHigh;
    this.#metricLow = familyLow ^ origin.keyLow;
    this.#metricHigh = familyHigh ^ origin.keyHigh;
    this.#metadataDay = Number.NaN;
  }

  /** Another data point, which the reader is in; its attributes have the tag `attributeTag`. */
  beginPoint(attributeTag: number): void {
    this.#pointFrom = this.#body.reader.at;
    this.#attributeTag = attributeTag;
    this.#runFrom = this.#runTo = 0;
    this.#pointLow = this.#metricLow;
    this.#pointHigh = this.#metricHigh;
  }

  /** Goes over one attribute, behind its tag. */
  attribute(): void {
    const { reader } = this.#body;
    const from = reader.tagAt;
    const to = reader.passBytes();
    if (from !== this.#runTo) {
      if (this.#runTo !== 0) this.#closeRun();
      this.#runFrom = from;
    }
    this.#runTo = to;
  }

  /** All attributes of the data point have been passed. */
  endAttributes(): void {
    this.#closeRun();
  }

  #closeRun(): void {
    const hash = this.#hash;
    const { bytes } = this.#body.reader;
    hash.update(bytes, this.#runFrom, this.#runTo, this.#pointLow, this.#pointHigh);
    this.#pointLow = hash.low;
    this.#pointHigh = hash.high;
  }

  /** The series of the data point by itself, or its _sum or _count. */
  enter(name: SeriesName, day: number): boolean {
    const seed = name === this.#family.base ? 0 : name === this.#family.sum ? 0x50f1 : 0xc0f7;
    return this.#enter(this.#pointLow ^ seed, this.#pointHigh, name, day, '', 0);
  }

  /** The series with one more label: `le` or `quantile`. */
  enterLabelled(name: SeriesName, day: number, label: string, value: number): boolean {
    this.#labelValue[0] = value;
    const hash = this.#hash;
    hash.update(this.#labelBytes, 0, 8, this.#pointLow, this.#pointHigh);
    return this.#enter(hash.low, hash.high, name, day, label, value);
  }

  /** False when an attribute is too large: then there is no such series. */
  #enter(
    keyLow: number,
    keyHigh: number,
    name: SeriesName,
    day: number,
    label: string,
    value: number,
  ): boolean {
    const { identities } = this.#body.context;
    let slot = identities.find(keyLow, keyHigh);
    if (slot < 0) {
      const labels = this.#labels(label, value);
      if (labels === undefined) return false;
      seriesIdBytes(name.text, labels).hashInto(this.#hash);
      slot = identities.add(keyLow, keyHigh, this.#hash.low, this.#hash.high);
    }
    this.idLow = identities.idLow(slot);
    this.idHigh = identities.idHigh(slot);
    if (this.#body.claims.claim(slot, day)) {
      this.#appendSeries(this.#family, name, day, this.#labels(label, value) ?? []);
    }
    if (day !== this.#metadataDay) this.#enterMetadata(day);
    return true;
  }

  /** Undefined when an attribute is too large. The reader stays where it is. */
  #labels(label: string, value: number): readonly (readonly [string, string])[] | undefined {
    const { reader, values } = this.#body;
    const { at } = reader;
    const attributes = stringMap();
    reader.at = this.#pointFrom;
    while (reader.at < reader.limit) {
      if (reader.tag() === this.#attributeTag) values.attribute(attributes);
      else reader.skip();
    }
    reader.at = at;
    if (values.isTooLarge) {
      values.isTooLarge = false;
      return undefined;
    }
    this.#origin ??= readOrigin(this.#body);
    const extra: [string, string][] = label === '' ? [] : [[label, toLabelFloat(value)]];
    return toSeriesLabels(pairsOf(attributes), this.#origin, extra);
  }

  #appendSeries(
    family: MetricFamily,
    name: SeriesName,
    day: number,
    labels: readonly (readonly [string, string])[],
  ): void {
    if (this.#rows.series.labels.byteLength > this.#labelBytesMax) {
      throw this.#body.reader.malformed('its new series have too many labels for its size');
    }
    const { otelName, type, unit } = family;
    const facts = { name: name.text, labels, otelName, type, unit, isDelta: this.#isDelta };
    this.#rows.appendSeries(this.idLow, this.idHigh, day, facts);
  }

  #enterMetadata(day: number): void {
    this.#metadataDay = day;
    const body = this.#body;
    const { identities } = body.context;
    const keyLow = this.#familyLow ^ body.tenantLow ^ metadataSeed;
    const keyHigh = this.#familyHigh ^ body.tenantHigh;
    let slot = identities.find(keyLow, keyHigh);
    if (slot < 0) slot = identities.add(keyLow, keyHigh, 0, 0);
    if (!body.claims.claim(slot, day)) return;
    this.#rows.metadata.help.appendUtf8(body.reader.bytes, this.#helpFrom, this.#helpTo);
    this.#appendMetadata(this.#family, day);
  }

  /** Everything but the help text. */
  #appendMetadata(family: MetricFamily, day: number): void {
    const { metadata } = this.#rows;
    metadata.day.data.i32(day);
    metadata.name.appendText(family.base.text);
    metadata.type.appendText(family.type);
    metadata.unit.appendText(family.unit);
    metadata.otel_name.appendText(family.otelName);
  }

  /** The target_info series of the resource; false when there is none. */
  enterTargetInfo(day: number): boolean {
    const body = this.#body;
    const { identities } = body.context;
    const keyLow = body.origin.resourceKeyLow ^ targetInfoSeed;
    const keyHigh = body.origin.resourceKeyHigh;
    let slot = identities.find(keyLow, keyHigh);
    if (slot < 0) {
      const labels = toTargetInfoLabels(this.#origin ?? readOrigin(body));
      this.#hash.low = this.#hash.high = 0;
      if (labels) seriesIdBytes(targetInfo.base.text, labels).hashInto(this.#hash);
      slot = identities.add(keyLow, keyHigh, this.#hash.low, this.#hash.high);
    }
    this.idLow = identities.idLow(slot);
    this.idHigh = identities.idHigh(slot);
    // The id 0 stands for: this resource has no target_info.
    if (this.idLow === 0 && this.idHigh === 0) return false;
    if (body.claims.claim(slot, day)) {
      this.#isDelta = false;
      const labels = toTargetInfoLabels(this.#origin ?? readOrigin(body)) ?? [];
      this.#appendSeries(targetInfo, targetInfo.base, day, labels);
      this.#rows.metadata.help.appendText('Target metadata');
      this.#appendMetadata(targetInfo, day);
    }
    return true;
  }
}

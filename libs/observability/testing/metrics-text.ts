const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const labelPair = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A page of metrics, read as strictly as Prometheus does (exposition format 0.0.4). @throws where a line is none */
export class MetricsText {
  readonly samples: readonly Sample[];
  readonly types: ReadonlyMap<string, string>;

  constructor(readonly text: string) {
    if (!text.endsWith('\n')) throw new Error('the last line has no end');
    const lines = text.split('\n').filter((line) => line !== '');
    this.types = new Map(lines.flatMap((line) => (line.startsWith('# TYPE ') ? [typeOf(line)] : [])));
    this.samples = lines.filter((line) => !line.startsWith('#')).map(readSample);
  }

  /** The samples of a name whose labels include the given ones. */
  of(name: string, labels: Readonly<Record<string, string>> = {}): readonly Sample[] {
    const wanted = Object.entries(labels);
    return this.samples.filter(
      (sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
    );
  }

  /** Their sum; null where there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | null {
    const found = this.of(name, labels);
    return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
  }
}

function typeOf(line: string): [name: string, type: string] {
  const [, , name, type] = line.split(' ');
  if (name === undefined || type === undefined) throw new Error(`no type: ${line}`);
  return [name, type];
}

function readSample(line: string): Sample {
  const [, name, labels = '', number] = sampleLine.exec(line) ?? [];
  if (name === undefined || number === undefined) throw new Error(`no sample: ${line}`);
  const value = Number(number.replace('Inf', 'Infinity'));
  // A mean of no samples is written as Nan.
  if (Number.isNaN(value) && number !== 'Nan') throw new Error(`no number: ${line}`);
  return { name, labels: readLabels(labels), value };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelPair.lastIndex = 0;
  for (let read = 0; read < text.length; read = labelPair.lastIndex) {
    const [, name, value] = labelPair.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no labels: ${text}`);
    labels[name] = value;
  }
  return labels;
}

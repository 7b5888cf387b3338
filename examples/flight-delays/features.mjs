// What the model looks at, for whole months (training, evaluation) and for one flight (serving).

/** Pseudo-flights of average punctuality that each rate starts from, so that few flights say little. */
const prior = 100;
const mostBins = 64;

/**
 * How often flights of a group were late. `cells` numbers the groups of whole months, `name` names a
 * cell as the table in the model does, and `key` is that name for one flight.
 */
const rates = {
  origin: {
    cells: (flights) => flights.origin,
    name: (cell, airports) => airports[cell],
    key: (flight) => flight.origin,
  },
  destination: {
    cells: (flights) => flights.destination,
    name: (cell, airports) => airports[cell],
    key: (flight) => flight.destination,
  },
};

const plain = {
  hour: { column: (flights) => flights.minute, value: (flight) => minuteOf(flight) },
  weekday: { column: (flights) => flights.weekday, value: (flight) => dateOf(flight).getUTCDay() },
  distance: { column: (flights) => flights.distance, value: (flight) => flight.distance },
};

export const featureNames = [...Object.keys(plain), ...Object.keys(rates)];

/**
 * Learns the tables and bins of features.
 * @param {string[]} names of features
 * @returns {{ names: string[], overall: number, rates: Record<string, Record<string, number>>, edges: number[][] }}
 */
export function fit(flights, names) {
  const overall = flights.delayed.reduce((sum, label) => sum + label, 0) / flights.rows;
  const encoder = { names, overall: rounded(overall), rates: {}, edges: [] };
  for (const name of names.filter((n) => n in rates))
    encoder.rates[name] = fitRates(rates[name], flights, overall);
  encoder.edges = names.map((name) => fitEdges(valuesOf(name, encoder, flights)));
  return encoder;
}

/** Bins of each feature for every row: one array a feature. */
export function encode(encoder, flights) {
  return encoder.names.map((name, i) => {
    const values = valuesOf(name, encoder, flights);
    const bins = new Uint8Array(flights.rows);
    for (let row = 0; row < bins.length; row++) bins[row] = binOf(values[row], encoder.edges[i]);
    return bins;
  });
}

/**
 * Bins of each feature for one flight.
 * @param {{ date: string, distance: number, origin: string, destination: string }} flight
 */
export function encodeOne(encoder, flight) {
  return encoder.names.map((name, i) => {
    const value =
      name in plain
        ? plain[name].value(flight)
        : (encoder.rates[name][rates[name].key(flight)] ?? encoder.overall);
    return binOf(value, encoder.edges[i]);
  });
}

function valuesOf(name, encoder, flights) {
  if (name in plain) return plain[name].column(flights);
  const { cells: cellsOf, name: nameOf } = rates[name];
  const cells = cellsOf(flights);
  const table = encoder.rates[name];
  const known = new Map();
  const values = new Float64Array(flights.rows);
  for (let row = 0; row < values.length; row++) {
    let value = known.get(cells[row]);
    if (value === undefined) {
      value = table[nameOf(cells[row], flights.airports)] ?? encoder.overall;
      known.set(cells[row], value);
    }
    values[row] = value;
  }
  return values;
}

function fitRates({ cells: cellsOf, name: nameOf }, flights, overall) {
  const cells = cellsOf(flights);
  const size = cells.reduce((largest, cell) => Math.max(largest, cell), 0) + 1;
  const [count, late] = [new Uint32Array(size), new Uint32Array(size)];
  for (let row = 0; row < flights.rows; row++) {
    count[cells[row]]++;
    late[cells[row]] += flights.delayed[row];
  }
  const table = {};
  for (let cell = 0; cell < size; cell++) {
    if (count[cell] === 0) continue;
    table[nameOf(cell, flights.airports)] = rounded((late[cell] + prior * overall) / (count[cell] + prior));
  }
  return table;
}

/** Upper bounds of bins with about equally many rows, from 20,000 rows spread evenly. */
function fitEdges(values) {
  const size = Math.min(values.length, 20_000);
  const sorted = Float64Array.from(
    { length: size },
    (_, i) => values[Math.floor((i * values.length) / size)],
  ).sort();
  const quantiles = Array.from(
    { length: mostBins - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * size) / mostBins)],
  );
  return [...new Set(quantiles)].filter((edge) => edge < sorted.at(-1));
}

/** The first bin whose upper bound is not below the value. */
function binOf(value, edges) {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > edges[middle]) low = middle + 1;
    else high = middle;
  }
  return low;
}

const rounded = (rate) => Number(rate.toPrecision(4));

function dateOf(flight) {
  return new Date(`${flight.date.replace(' ', 'T')}Z`);
}

function minuteOf(flight) {
  const date = dateOf(flight);
  return date.getUTCHours() * 60 + date.getUTCMinutes();
}

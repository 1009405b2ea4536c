// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals of days and months are correct, whatever was added, sent again or undone in between.
import { afterAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { migrate } from '../../db/migrate.ts'
import { openConnection, openDb } from '../../db/open.ts'
import { addCounted, addShown, replaceReport } from '../../db/queries/counts.ts'

const connection = openConnection(':memory:')
migrate(connection, '2026-11-22T09:00:00.000Z')
const db = openDb(connection)
afterAll(() => db.destroy())

type Numbers = [
  impressions: number,
  views: number,
  apply_starts: number,
  applications: number,
  accepted: number,
  completed: number,
]
/** kind, offer, day, sender and document → its six numbers, counted by hand. */
type Truth = Map<string, Numbers>

const plus = (a: Numbers, b: Numbers) => a.map((n, at) => n + b[at]!) as Numbers
const counts = ([impressions, views, apply_starts, applications, accepted, completed]: Numbers) => {
  const own = { views, apply_starts, applications, accepted, completed }
  return { own, all: { impressions, ...own } }
}

const day = fc.constantFrom('2026-01-31', '2026-02-01', '2026-02-28', '2025-12-31')
const offer = fc.constantFrom('o1', 'o2', 'o3')
const numbers = fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }) as fc.Arbitrary<Numbers>
const line = fc.tuple(day, offer, numbers)
const step = fc.oneof(
  fc.record({
    kind: fc.constant('counted' as const),
    teller: fc.constantFrom('own', 'https://c.example/actor'),
    lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('shown' as const),
    teller: fc.constant(''),
    lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('reported' as const),
    teller: fc.constantFrom('r1', 'r2'),
    document: fc.constantFrom('d1', 'd2'),
    lines: fc.array(line, { maxLength: 4 }),
  }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function write(step: Step): Promise<void> {
  const { kind, teller } = step
  if (kind === 'counted')
    await addCounted(
      db,
      step.lines.map(([day, offerId, n]) => ({ day, offerId, channel: teller, ...counts(n).own })),
    )
  else if (kind === 'shown')
    await addShown(
      db,
      step.lines.map(([day, offer, [impressions, views]]) => ({ day, offer, impressions, views })),
    )
  else {
    const lines = step.lines.map(([day, offer, n]) => ({ day, offer, ...counts(n).all }))
    await replaceReport(db, { reporter: teller, document: step.document, at: 'now', lines })
  }
}

function remember(truth: Truth, step: Step): void {
  const { kind, teller } = step
  const key = (day: string, offer: string) => `${kind} ${offer} ${day} ${teller}`
  if (kind !== 'reported') {
    const seen = ([a, b, c, d, e, f]: Numbers): Numbers => (kind === 'shown' ? [a, b, 0, 0, 0, 0] : [0, b, c, d, e, f])
    for (const [day, offer, n] of step.lines)
      truth.set(key(day, offer), plus(truth.get(key(day, offer)) ?? [0, 0, 0, 0, 0, 0], seen(n)))
    return
  }
  for (const at of truth.keys())
    if (at.startsWith('reported') && at.includes(` ${teller} ${step.document}`)) truth.delete(at)
  for (const [day, offer, n] of step.lines) {
    for (const document of ['d1', 'd2']) truth.delete(`${key(day, offer)} ${document}`)
    truth.set(`${key(day, offer)} ${step.document}`, n)
  }
}

const COLUMNS = 'impressions, views, apply_starts, applications, accepted, completed'
const daysWritten = () =>
  connection
    .prepare(
      `SELECT 'counted ' || offer_id || ' ' || day || ' ' || channel, 0, views, apply_starts, applications, accepted, completed FROM offer_counts
      UNION ALL SELECT 'shown ' || offer_uri || ' ' || day || ' ', impressions, views, 0, 0, 0, 0 FROM shown_counts
      UNION ALL SELECT 'reported ' || offer_uri || ' ' || day || ' ' || reporter || ' ' || document, ${COLUMNS} FROM reported_counts
      ORDER BY 1`,
    )
    .raw()
    .all()
const monthsWritten = () =>
  connection
    .prepare(
      `SELECT kind || ' ' || offer || ' ' || month || ' ' || teller, days, ${COLUMNS} FROM month_counts ORDER BY 1`,
    )
    .raw()
    .all()

function monthsOf(truth: Truth): unknown[] {
  const months = new Map<string, { days: number; sums: Numbers }>()
  for (const [at, n] of truth) {
    const [kind, offer, day, teller] = at.split(' ')
    const key = `${kind} ${offer} ${day!.slice(0, 7)} ${teller}`
    const { days, sums } = months.get(key) ?? { days: 0, sums: [0, 0, 0, 0, 0, 0] as Numbers }
    months.set(key, { days: days + 1, sums: plus(sums, n) })
  }
  return [...months].map(([key, { days, sums }]) => [key, days, ...sums]).toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1))
}

it('days and months are what was counted', async () => {
  const tables = ['offer_counts', 'shown_counts', 'reported_counts', 'month_counts']
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      connection.exec(tables.map((table) => `DELETE FROM ${table};`).join(''))
      const truth: Truth = new Map()
      for (const one of steps) {
        await write(one)
        remember(truth, one)
        expect(daysWritten()).toEqual(
          [...truth].map(([key, n]) => [key, ...n]).toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1)),
        )
        expect(monthsWritten()).toEqual(monthsOf(truth))
      }
    }),
    { numRuns: 200 },
  )
})

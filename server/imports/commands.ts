// SPDX-License-Identifier: AGPL-3.0-or-later
// A file of members or hours: it is kept, read and compared in parts, comes in when somebody says so, and can be taken
// back whole. Each part is a transaction of its own, so that everybody else is served meanwhile; a process that is
// killed goes on where it was.
import { createHash } from 'node:crypto'
import { nameKey } from '../../db/plain.ts'
import { findTimeZone } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { countOtherApprovers, insertCategory, insertLevel, listCategories, listLevels } from '../../db/queries/hours.ts'
import * as imports from '../../db/queries/imports.ts'
import { insertProject, listProjects } from '../../db/queries/projects.ts'
import { listInForce } from '../../db/queries/years.ts'
import { dateIn, DAY, later } from '../base/clock.ts'
import type { Handled } from '../consumers.ts'
import type { Deps } from '../deps.ts'
import { DAY_MINUTES } from '../hours/rules.ts'
import { roundIn } from '../hours/usual.ts'
import type { Viewer } from '../model/viewer.ts'
import { addKnownMembers } from '../people/commands/add.ts'
import { createYielding } from '../queue/event-loop.ts'
import { Forbidden, NotFound, Refused } from '../web/errors.ts'
import { makeOnce, type SentForm } from '../web/once.ts'
import type { Table } from '../web/table-file.ts'
import { transact, transactInParts, type Tx } from '../web/transact.ts'
import { hasHours, type Tool } from './columns.ts'
import { mayImport } from './policy.ts'
import { matchOf, turnsOf } from './match.ts'
import { readRow, type RowFault } from './read-row.ts'
import { FILE_DAYS, linesOverADay, MOST_WORDS } from './rules.ts'

/** In one transaction: some milliseconds each. */
const AT_ONCE = {
  keep: 1000,
  clear: 1000,
  read: 150,
  match: 100,
  compare: 600,
  add: 50,
  take: 200,
  thank: 50,
  back: 250,
  leave: 25,
}

export type NewImport = { table: Table; columns: readonly string[]; tool: Tool; fileName: string }

/**
 * Keeps what was sent, and begins to read it. @returns its id: of the same file sent twice by the same form, the first
 * one. @throws Forbidden.
 */
export async function saveImport(
  deps: Deps,
  viewer: Viewer,
  { table, columns, tool, fileName }: NewImport,
  sent: SentForm,
): Promise<string> {
  if (!mayImport(viewer)) throw new Forbidden()
  const yieldLoop = createYielding()
  const hash = createHash('sha256')
  for (const { cells } of table.rows) {
    hash.update(JSON.stringify(cells))
    await yieldLoop()
  }
  const form = { ...sent, content: hash.digest('hex') }
  const id = deps.newId()
  const now = deps.clock.iso()
  const last_line = table.rows.at(-1)!.line
  const known = await transact(deps, (tx) =>
    makeOnce(tx, deps, form, async () => {
      await imports.insertImport(tx, {
        id,
        tool,
        file_name: fileName.slice(0, 120),
        sheet: (table.sheet ?? '').slice(0, 120),
        headings: JSON.stringify(table.headings),
        columns: JSON.stringify(columns),
        state: 'ready',
        step: STORING,
        last_line,
        rows: table.rows.length,
        created_at: now,
        created_by: viewer.personId,
      })
      return id
    }),
  )
  if (known !== id) return known
  for (let from = 0; from < table.rows.length; from += AT_ONCE.keep) {
    const some = table.rows.slice(from, from + AT_ONCE.keep).map(({ line, cells }) => [line, cells] as const)
    await transact(deps, (tx) => imports.insertRows(tx, id, some), { wakes: false })
    await yieldLoop()
  }
  await transact(deps, (tx) => begin(tx, deps, viewer, id, 'checking'))
  return id
}

/** The step of a file whose rows have not all been stored. */
const STORING = -1

async function begin(
  tx: Tx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  state: 'checking' | 'taking' | 'undoing',
  step = 0,
) {
  await imports.updateImport(tx, id, { state, step, next_line: 0 })
  await record(tx, { type: 'import.begun', at: deps.clock.iso(), actorId: viewer.personId, subject: id })
}

/** @throws NotFound; Refused when something is being done with the file, or was. */
async function getReady(tx: Tx, viewer: Viewer, id: string): Promise<imports.ImportRow> {
  if (!mayImport(viewer)) throw new Forbidden()
  const row = await imports.findImport(tx, id)
  if (!row || row.step === STORING) throw new NotFound()
  if (row.state !== 'ready') throw new Refused('imports.refused.under_way')
  if (row.forgotten_at) throw new Refused('imports.refused.forgotten')
  return row
}

/** The file is read anew. */
export async function saveColumns(deps: Deps, viewer: Viewer, id: string, columns: readonly string[]): Promise<void> {
  await transact(deps, async (tx) => {
    await getReady(tx, viewer, id)
    await imports.updateImport(tx, id, { columns: JSON.stringify(columns) })
    await begin(tx, deps, viewer, id, 'checking')
  })
}

export type Choices = {
  twins: boolean
  newcomers: 'add' | 'leave'
  /** `to`: the id of a category, level or project, `new`, or `none`. */
  words: readonly { kind: imports.WordKind; word_key: string; to: string }[]
  /** `is`: the id of a person, `new`, or `left`. */
  people: readonly { number: number; is: string }[]
}

/** What the file’s words mean, and who is who. Unknown answers change nothing. */
export async function saveChoices(deps: Deps, viewer: Viewer, id: string, choices: Choices): Promise<void> {
  await transact(deps, async (tx) => {
    await getReady(tx, viewer, id)
    await imports.updateImport(tx, id, { twins: choices.twins ? 1 : 0, newcomers: choices.newcomers })
    const may = await targetsOf(tx)
    for (const { kind, word_key, to } of choices.words)
      if (to === 'new' || (to === 'none' && kind !== 'category') || may[kind].has(to))
        await imports.saveTarget(tx, { import_id: id, kind, word_key }, to)
    for (const { number, is } of choices.people) await choosePerson(tx, id, number, is)
    await begin(tx, deps, viewer, id, 'checking', MATCH)
  })
}

async function choosePerson(tx: Tx, id: string, number: number, is: string): Promise<void> {
  const [party] = await imports.listParties(tx, id, number - 1, 1)
  if (party?.number !== number) return
  if (is === 'new' || is === 'left') return imports.saveChoice(tx, id, number, { verdict: is, person_id: null })
  const found = await candidatesOf(tx, [party])
  const chosen = found.find((one) => one.id === is)
  if (chosen) await imports.saveChoice(tx, id, number, { verdict: 'known', person_id: chosen.id })
}

async function targetsOf(tx: Tx): Promise<Record<imports.WordKind, ReadonlySet<string>>> {
  const ids = (rows: readonly { id: string }[]) => new Set(rows.map((row) => row.id))
  return {
    category: ids(await listCategories(tx)),
    level: ids(await listLevels(tx)),
    project: ids(await listProjects(tx, { archived: true })),
  }
}

export const candidatesOf = (db: Deps['db'], parties: readonly imports.PartyRow[]) =>
  imports.listCandidates(db, {
    names: parties.flatMap(turnsOf),
    mailboxes: parties.flatMap(({ email }) => email.toLowerCase() || []),
  })

/** The good rows come in. Pressed twice, they come in once. @throws Refused when nothing could come in. */
export async function takeImport(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const row = await getReady(tx, viewer, id)
    const { lines, people } = await imports.countReady(tx, id)
    if ((hasHours(JSON.parse(row.columns) as string[]) ? lines : people) === 0)
      throw new Refused('imports.refused.nothing')
    if ((await imports.listWords(tx, id, 3 * MOST_WORDS)).length === 3 * MOST_WORDS)
      throw new Refused('imports.refused.words')
    await imports.updateImport(tx, row.id, { taken_at: deps.clock.iso(), taken_by: viewer.personId })
    await begin(tx, deps, viewer, id, 'taking')
  })
}

/** All that came in with the file goes again, but for what others rely on by now. @throws Refused, NotFound. */
export async function undoImport(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  if (!mayImport(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const row = await imports.findImport(tx, id)
    if (!row) throw new NotFound()
    if (row.state === 'undoing' || row.state === 'undone') return
    if (row.state !== 'taken') throw new Refused('imports.refused.under_way')
    const undone = { undone_at: deps.clock.iso(), undone_by: viewer.personId, lines_kept: 0, people_kept: 0 }
    await imports.updateImport(tx, id, undone)
    await begin(tx, deps, viewer, id, 'undoing')
  })
}

const [CLEAR, READ, MATCH, COMPARE] = [0, 1, 2, 3]
const STEPS = { checking: [CLEAR, READ, MATCH, COMPARE], taking: [0, 1, 2, 3], undoing: [0, 1, 2] } as const

/** How far it has come, of 100. */
export function progressOf({ state, step, next_line, last_line }: imports.ImportRow): number {
  if (!(state in STEPS)) return 100
  const steps = STEPS[state as keyof typeof STEPS].length
  return Math.min(99, Math.floor((100 * (step + Math.min(1, next_line / last_line))) / steps))
}

/** The next part of what is being done with a file. @returns `more` until it is done. */
export async function continueImport(tx: Tx, deps: Deps, id: string): Promise<Handled> {
  const row = await imports.findImport(tx, id)
  if (!row || !(row.state in STEPS)) return
  const state = row.state as keyof typeof STEPS
  const last = await PARTS[state][row.step]!(tx, deps, row)
  if (last !== undefined) await imports.updateImport(tx, id, { next_line: last })
  else if (row.step + 1 < STEPS[state].length) await imports.updateImport(tx, id, { step: row.step + 1, next_line: 0 })
  else return finish(tx, deps, row, state)
  return 'more'
}

async function finish(tx: Tx, deps: Deps, { id }: imports.ImportRow, state: keyof typeof STEPS): Promise<void> {
  const row = (await imports.findImport(tx, id))!
  const to = { checking: 'ready', taking: 'taken', undoing: 'undone' } as const
  await imports.updateImport(tx, id, { state: to[state], step: 0, next_line: 0 })
  const fact = { at: deps.clock.iso(), subject: id }
  if (state === 'taking')
    await record(tx, {
      ...fact,
      type: 'import.taken',
      actorId: row.taken_by,
      details: { people: row.people_made, lines: row.lines_made },
    })
  if (state === 'undoing')
    await record(tx, {
      ...fact,
      type: 'import.undone',
      actorId: row.undone_by,
      details: { people_kept: row.people_kept, lines_kept: row.lines_kept },
    })
}

/** @returns the last line of it, undefined when there was none left. */
type Part = (tx: Tx, deps: Deps, row: imports.ImportRow) => Promise<number | undefined>

const PARTS: Record<keyof typeof STEPS, readonly Part[]> = {
  checking: [
    async (tx, _deps, { id }) => ((await imports.clearFound(tx, id, AT_ONCE.clear)) > 0 ? 0 : undefined),
    readSome,
    matchSome,
    async (tx, _deps, row) => compareSome(tx, row),
  ],
  taking: [makeWords, addSome, takeSome, async (tx, _deps, row) => settleThanks(tx, row)],
  undoing: [
    takeBackSome,
    async (tx, _deps, row) => leaveSome(tx, row),
    async (tx, _deps, row) => settleThanks(tx, row),
  ],
}

async function readSome(tx: Tx, deps: Deps, { id, columns: chosen, next_line }: imports.ImportRow) {
  const cells = await imports.listCells(tx, id, next_line, AT_ONCE.read)
  if (cells.length === 0) return undefined
  const columns = JSON.parse(chosen) as string[]
  const today = dateIn(await findTimeZone(tx), deps.clock.now())
  const closed = await listInForce(tx)
  const isClosed = (day: string) => closed.some(({ from_day, until_day }) => day >= from_day && day <= until_day)
  const rows = cells.map(({ line, cells: row }) => ({ line, ...readRow(columns, row, { today, isClosed }) }))
  const words = rows.flatMap((row) =>
    (['category', 'level', 'project'] as const).map((kind) => ({
      kind,
      word: row[kind],
      word_key: nameKey(row[kind]),
    })),
  )
  const isOfHours = hasHours(columns)
  if (isOfHours) await imports.insertWords(tx, id, uniqueWords(words))
  await imports.insertParties(
    tx,
    id,
    // A day that is to be mended may be any.
    rows.flatMap((row) => (row.name_key === '' ? [] : { ...row, joined_on: row.faults.length > 0 ? null : row.day })),
  )
  const judged = rows.map(({ faults, ...row }) => ({
    ...row,
    faults,
    verdict: faults.length > 0 ? ('faulty' as const) : ('good' as const),
    category: nameKey(row.category),
    level: nameKey(row.level),
    project: nameKey(row.project),
  }))
  await imports.judgeRows(tx, id, judged)
  return cells.at(-1)!.line
}

type SaidWord = { kind: imports.WordKind; word: string; word_key: string }
const uniqueWords = (words: readonly SaidWord[]): SaidWord[] => [
  ...new Map(words.map((one) => [`${one.kind} ${one.word_key}`, one])).values(),
]

async function matchSome(tx: Tx, _deps: Deps, { id, next_line }: imports.ImportRow) {
  if (next_line === 0) await matchWords(tx, id)
  const parties = await imports.listParties(tx, id, next_line, AT_ONCE.match)
  if (parties.length === 0) return undefined
  const among = await candidatesOf(tx, parties)
  await imports.saveMatches(
    tx,
    id,
    parties.map((party) => ({ number: party.number, ...matchOf(party, among) })),
  )
  return parties.at(-1)!.number
}

/** What a word most likely is here: the one of the same name, else a new one; without a word, the first category or none. */
async function matchWords(tx: Tx, id: string): Promise<void> {
  const categories = await listCategories(tx)
  const labelled = (rows: readonly { id: string; label: { fr?: string; en?: string } }[]) =>
    new Map(rows.flatMap((row) => Object.values(row.label).map((label) => [nameKey(label), row.id] as const)))
  const known = {
    category: labelled(categories),
    level: labelled((await listLevels(tx)).filter(({ archived_at }) => archived_at === null)),
    project: new Map((await listProjects(tx, { archived: true })).map((one) => [one.name_key, one.id] as const)),
  }
  for (const word of await imports.listWords(tx, id, 3 * MOST_WORDS)) {
    if (word.target !== '') continue
    const unnamed = word.kind === 'category' ? (categories[0]?.id ?? 'new') : 'none'
    await imports.saveTarget(tx, word, word.word_key === '' ? unnamed : (known[word.kind].get(word.word_key) ?? 'new'))
  }
}

const DAY_FULL: RowFault = { column: 'day', fault: 'imports.error.day_full' }

async function compareSome(tx: Tx, { id, next_line: after }: imports.ImportRow) {
  const last = await imports.findLastOf(tx, id, after, AT_ONCE.compare)
  if (last === undefined) return undefined
  const span = { after, last }
  const full = JSON.stringify([DAY_FULL])
  await imports.markTwins(tx, id, span, full)
  const lines = linesOverADay(await imports.listLongDays(tx, id, span, DAY_MINUTES))
  if (lines.length > 0) await imports.markFaulty(tx, id, lines, full)
  await imports.addUpLines(tx, id, span)
  return last
}

/** Categories, levels and projects that the file has and the association has not. All of them at once: they are few. */
async function makeWords(tx: Tx, deps: Deps, { id, next_line }: imports.ImportRow) {
  if (next_line > 0) return undefined
  const now = deps.clock.iso()
  for (const word of await imports.listWords(tx, id, 3 * MOST_WORDS)) {
    if (word.target !== 'new') continue
    const label = { fr: word.word || '—', en: word.word || '—' }
    const made = deps.newId()
    if (word.kind === 'category') await insertCategory(tx, { id: made, label, valued: true, created_at: now })
    else if (word.kind === 'level') await insertLevel(tx, { id: made, label, created_at: now })
    else await insertProject(tx, { id: made, name: word.word, created_at: now })
    await imports.saveTarget(tx, word, made)
  }
  return 1
}

async function addSome(tx: Tx, deps: Deps, row: imports.ImportRow) {
  const parties = await imports.listToAdd(tx, row.id, row.next_line, AT_ONCE.add)
  if (parties.length === 0) return undefined
  const ids = await addKnownMembers(tx, deps, parties, row.taken_by)
  await imports.saveAdded(
    tx,
    row.id,
    parties.map(({ number }, at) => ({ number, person: ids[at]! })),
  )
  await imports.updateImport(tx, row.id, { people_made: row.people_made + ids.length })
  return parties.at(-1)!.number
}

async function takeSome(tx: Tx, deps: Deps, { id, columns, next_line, taken_by: by, lines_made }: imports.ImportRow) {
  if (!hasHours(JSON.parse(columns) as string[])) return undefined
  const mayApproveOwn = (await countOtherApprovers(tx, { person_id: by ?? '', project_id: null })) === 0
  const now = deps.clock.iso()
  const part = { id, after: next_line, most: AT_ONCE.take, now, by, mayApproveOwn }
  const taken = await imports.takeLines(tx, part, deps.newId)
  if (taken) await imports.updateImport(tx, id, { lines_made: lines_made + taken.made })
  return taken?.last
}

/**
 * Nobody is thanked later for a round figure that was reached with what came in; once that is taken back, thanks come
 * again with what is left.
 */
async function settleThanks(tx: Tx, { id, state, columns, next_line }: imports.ImportRow) {
  const given = hasHours(JSON.parse(columns) as string[])
    ? await imports.listGiven(tx, id, next_line, AT_ONCE.thank)
    : []
  const reached = given.map(({ person, minutes, thanked }) => ({ person, thanked, hours: roundIn(minutes) }))
  await imports.saveThanked(
    tx,
    reached.filter(({ hours, thanked }) => (state === 'undoing' ? hours < thanked : hours > thanked)),
  )
  return given.at(-1)?.number
}

async function takeBackSome(tx: Tx, _deps: Deps, { id, next_line, lines_kept }: imports.ImportRow) {
  const back = await imports.takeBackLines(tx, id, next_line, AT_ONCE.back)
  if (back) await imports.updateImport(tx, id, { lines_kept: lines_kept + back.kept })
  return back?.last
}

async function leaveSome(tx: Tx, { id, next_line, people_kept }: imports.ImportRow) {
  const back = await imports.takeBackPeople(tx, id, next_line, AT_ONCE.leave)
  if (back) await imports.updateImport(tx, id, { people_kept: people_kept + back.kept })
  return back?.last
}

export async function forgetOldFiles(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -FILE_DAYS * DAY)
  await transactInParts(deps, (tx, most) => imports.forgetFiles(tx, before, most))
}

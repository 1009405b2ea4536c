// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, RequestHandler, Response } from 'express'
import { limits } from '../../config/limits.ts'
import { nameKey } from '../../db/plain.ts'
import { listCategories, listLevels } from '../../db/queries/hours.ts'
import * as imports from '../../db/queries/imports.ts'
import { listProjects } from '../../db/queries/projects.ts'
import { recordExport } from '../audit/commands.ts'
import type { Deps } from '../deps.ts'
import { createYielding } from '../queue/event-loop.ts'
import { LOCALES } from '../text/i18n.ts'
import { streamCsv } from '../web/csv.ts'
import { NotFound, type FieldFault } from '../web/errors.ts'
import { emptyForm, typedValues, withErrors, type Form } from '../web/forms.ts'
import { param, query, type Handler } from '../web/handler.ts'
import { sentForm } from '../web/once.ts'
import { wholeNumber } from '../web/paging.ts'
import { redirect } from '../web/redirect.ts'
import { readSentTable } from '../web/sent-table.ts'
import { readUpload, sentFile } from '../web/upload.ts'
import { guessColumns, hasHours, isColumn, toolOf } from './columns.ts'
import * as commands from './commands.ts'
import { choicesForm } from './forms.ts'
import {
  columnField,
  DOUBTS_SHOWN,
  faultsOf,
  importPage,
  isAtWork,
  personField,
  recentOf,
  undoPage,
  wordField,
} from './pages.ts'
import { readObjects } from './read-json.ts'
import { MOST_WORDS } from './rules.ts'

const HOME = '/work/import'
const ROWS_SHOWN = 50
const FILES_SHOWN = 10
const FAULTS_AT_ONCE = 200
const COUNTED_AT_ONCE = 2000

export const fileSteps = (): RequestHandler[] => readUpload(limits.memberFileBytes)

async function showForm(deps: Deps, req: Request, res: Response, form: Form, status = 200): Promise<void> {
  const page = {
    title: req.t('imports.title'),
    form: { ...form, values: { form_id: deps.newId(), ...form.values } },
    most: req.t.number(limits.memberFileRows),
    recent: recentOf(req.t, await imports.listImports(deps.db, FILES_SHOWN)),
  }
  await res.page('imports/new', page, status)
}

export const fresh =
  (deps: Deps): Handler =>
  (req, res) =>
    showForm(deps, req, res, emptyForm())

export const send =
  (deps: Deps): Handler =>
  async (req, res) => {
    const values = typedValues(req.body)
    const again = (field: string, fault: FieldFault) =>
      showForm(deps, req, res, withErrors(emptyForm(values), { [field]: fault }), 422)
    const file = sentFile(req, 'file')
    if (file === 'too_large') return again('file', 'imports.error.heavy')
    const pasted = typeof values.text === 'string' ? values.text : ''
    if (!file && pasted.trim() === '') return again('file', 'offers.import.error.nothing')
    const leftOut = LOCALES.map((locale) => nameKey(deps.i18n.for(locale)('offers.import.column.fault')))
    const reading = { most: limits.memberFileRows, empty: 'imports.error.empty', leftOut } as const
    const read = await readSentTable(file ?? pasted, {
      reading,
      mostBytes: limits.memberFileBytes,
      readJson: (text) => readObjects(text, reading.most),
    })
    if (!read.ok) return again(file ? 'file' : 'text', read.fault)
    const { headings } = read.table
    const sent = {
      table: read.table,
      columns: guessColumns(headings),
      tool: toolOf(headings),
      fileName: file?.name ?? '',
    }
    const id = await commands.saveImport(deps, req.viewer, sent, sentForm(req))
    await redirect(req, res, `${HOME}/${id}`)
  }

/** @throws NotFound. */
async function getImport(deps: Deps, req: Request): Promise<imports.ImportRow> {
  const row = await imports.findImport(deps.db, param(req, 'file'))
  if (!row) throw new NotFound()
  return row
}

const VERDICTS = ['good', 'faulty', 'there', 'twice'] as const
const verdictAsked = (req: Request) => VERDICTS.find((one) => one === query(req, 'show'))

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { db } = deps
    const row = await getImport(deps, req)
    const show = verdictAsked(req)
    const after = wholeNumber(query(req, 'after'), 0, Number.MAX_SAFE_INTEGER) ?? -1
    const asked = { after, most: ROWS_SHOWN + 1, ...(show && { verdict: show }) }
    // What changes all the time is not counted and not shown.
    const isBusy = isAtWork(row)
    const doubts = row.state === 'ready' ? await imports.listDoubts(db, row.id, DOUBTS_SHOWN) : []
    const page = importPage(req.t, {
      row,
      ...(isBusy ? { rows: new Map(), people: new Map() } : await imports.countVerdicts(db, row.id)),
      ready: isBusy ? { lines: 0, people: 0 } : await imports.countReady(db, row.id),
      lines: isBusy ? [] : await imports.listShownRows(db, row.id, asked),
      show: show ?? '',
      most: ROWS_SHOWN,
      sample: (await imports.listCells(db, row.id, -1, 1))[0]?.cells ?? [],
      words: await imports.listWords(db, row.id, 3 * MOST_WORDS),
      doubts,
      candidates: await commands.candidatesOf(db, doubts),
      categories: await listCategories(db),
      levels: (await listLevels(db)).filter(({ archived_at }) => archived_at === null),
      projects: await listProjects(db, { archived: true }),
    })
    // The page comes again by itself until the file is read or taken in.
    if (isBusy) res.set('Refresh', '3')
    await res.page('imports/show', page)
  }

export const chooseColumns =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await getImport(deps, req)
    const values = typedValues(req.body)
    const chosen = (JSON.parse(row.headings) as string[]).map((_heading, at) => {
      const name = [values[columnField(at)] ?? ''].flat()[0] ?? ''
      return isColumn(name) ? name : ''
    })
    await commands.saveColumns(deps, req.viewer, row.id, chosen)
    await redirect(req, res, `${HOME}/${row.id}`)
  }

export const choose =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await getImport(deps, req)
    const values = typedValues(req.body)
    const { twins, newcomers } = choicesForm.parse(values)
    const said = (field: string) => [values[field] ?? ''].flat()[0] ?? ''
    const words = (await imports.listWords(deps.db, row.id, 3 * MOST_WORDS)).flatMap((word, at) => {
      const to = said(wordField(at))
      return to === '' ? [] : [{ kind: word.kind, word_key: word.word_key, to }]
    })
    const people = (await imports.listDoubts(deps.db, row.id, DOUBTS_SHOWN)).flatMap(({ number }) => {
      const is = said(personField(number))
      return is === '' ? [] : [{ number, is }]
    })
    await commands.saveChoices(deps, req.viewer, row.id, { twins, newcomers, words, people })
    await redirect(req, res, `${HOME}/${row.id}`)
  }

export const take =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await getImport(deps, req)
    await commands.takeImport(deps, req.viewer, row.id)
    await redirect(req, res, `${HOME}/${row.id}`)
  }

/** As they were sent, with a column that says what is to be mended. */
export const faultsCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await getImport(deps, req)
    if (row.forgotten_at) throw new NotFound()
    const headings = JSON.parse(row.headings) as string[]
    const columns = JSON.parse(row.columns) as string[]
    const labels = [...headings, req.t('offers.import.column.fault')]
    async function* batches() {
      let after = -1
      for (;;) {
        const asked = { after, most: FAULTS_AT_ONCE, verdict: 'faulty' } as const
        const rows = await imports.listShownRows(deps.db, row.id, asked)
        if (rows.length === 0) return
        yield rows.map((one) => [
          ...headings.map((_heading, at) => one.cells[at] ?? ''),
          faultsOf(req.t, one, { headings, columns }).join(' '),
        ])
        after = rows.at(-1)!.line
      }
    }
    const { rows } = await imports.countVerdicts(deps.db, row.id)
    const type = hasHours(columns) ? 'hours.exported' : 'people.exported'
    await recordExport(deps, req.viewer, type, { rows: rows.get('faulty') ?? 0 })
    const file = { name: req.t('imports.file'), columns: labels.map((label) => ({ label, is: 'text' as const })) }
    await streamCsv(res, file, batches())
  }

/** Counted in parts: a file may have a hundred thousand lines. */
async function stayingOf({ db }: Deps, id: string) {
  const yieldLoop = createYielding()
  const all = { lines: 0, closed: 0, corrected: 0 }
  for (let after = -1; ;) {
    const { lines, closed, corrected, last } = await imports.countStaying(db, id, after, COUNTED_AT_ONCE)
    all.lines += lines
    all.closed += closed
    all.corrected += corrected
    if (last === null) return all
    after = last
    await yieldLoop()
  }
}

export const askUndo =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await getImport(deps, req)
    if (row.state !== 'taken') return redirect(req, res, `${HOME}/${row.id}`)
    return res.page('offers/confirm', undoPage(req.t, row, await stayingOf(deps, row.id)))
  }

export const undo =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await getImport(deps, req)
    await commands.undoImport(deps, req.viewer, row.id)
    await redirect(req, res, `${HOME}/${row.id}`)
  }

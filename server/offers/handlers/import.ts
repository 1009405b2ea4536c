// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers from a file: what was sent is read again for each page, so that faults are in the language of whoever looks.
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { limits } from '../../../config/limits.ts'
import { nameKey } from '../../../db/plain.ts'
import * as imports from '../../../db/queries/offer-imports.ts'
import { chunksOf } from '../../../db/in-list.ts'
import type { Deps } from '../../deps.ts'
import { usualLanguage } from '../../model/offer/readiness.ts'
import { LOCALES } from '../../text/i18n.ts'
import { onlyAssociations } from '../../web/access.ts'
import { streamCsv } from '../../web/csv.ts'
import { NotFound, type FieldFault } from '../../web/errors.ts'
import { emptyForm, typedValues, withErrors, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { pageOf } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { readSentTable } from '../../web/sent-table.ts'
import type { Table } from '../../web/table-file.ts'
import { readUpload, sentFile } from '../../web/upload.ts'
import { importRows, saveColumns, saveImport, undoImport } from '../commands/import.ts'
import { guessColumns, isOfferColumn } from '../import/columns.ts'
import { readMissions } from '../import/read-missions.ts'
import { readRows } from '../import/read-rows.ts'
import { columnField, faultsFile, importPage, recentOf, stateRows } from '../pages/import.ts'
import { contextOf } from '../responses.ts'

const HOME = '/work/offers/import'
const pathOf = (id: string, end = '') => `${HOME}/${id}${end}`
const ROWS_SHOWN = 50
const IMPORTS_SHOWN = 10

export const fileSteps = (): RequestHandler[] => readUpload(limits.importBytes)

const translatorsOf = (deps: Deps) => LOCALES.map((locale) => deps.i18n.for(locale))

async function showForm(deps: Deps, req: Request, res: Response, form: Form, status = 200): Promise<void> {
  onlyAssociations(req)
  await res.page(
    'offers/import',
    {
      title: req.t('offers.import.title'),
      form: { ...form, values: { form_id: deps.newId(), ...form.values } },
      most: limits.importRows,
      recent: recentOf(req.t, await imports.listImports(deps.db, IMPORTS_SHOWN)),
    },
    status,
  )
}

export const fresh =
  (deps: Deps): Handler =>
  (req, res) =>
    showForm(deps, req, res, emptyForm())

export const send =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    const values = typedValues(req.body)
    const again = (field: string, fault: FieldFault) =>
      showForm(deps, req, res, withErrors(emptyForm(values), { [field]: fault }), 422)
    const file = sentFile(req, 'file')
    if (file === 'too_large') return again('file', 'offers.import.error.heavy')
    const pasted = typeof values.text === 'string' ? values.text : ''
    if (!file && pasted.trim() === '') return again('file', 'offers.import.error.nothing')
    const translators = translatorsOf(deps)
    const leftOut = translators.map((t) => nameKey(t('offers.import.column.fault')))
    const { association } = await contextOf(deps)
    const read = await readSentTable(file ?? pasted, {
      reading: { most: limits.importRows, empty: 'offers.import.error.empty', leftOut },
      mostBytes: limits.importBytes,
      readJson: (text) => readMissions(deps, association, text),
    })
    if (!read.ok) return again(file ? 'file' : 'text', read.fault)
    const usual = usualLanguage(association)
    const columns = read.columns ?? guessColumns(read.table.headings, translators, usual)
    const id = await saveImport(deps, req.viewer, { table: read.table, columns }, sentForm(req))
    await redirect(req, res, pathOf(id))
  }

/** @throws NotFound, also on the site of a centre. */
async function readImport(deps: Deps, req: Request) {
  onlyAssociations(req)
  const row = await imports.findImport(deps.db, param(req, 'import'))
  if (!row) throw new NotFound()
  const made = await imports.listImported(deps.db, row.id)
  if (row.content === null) return { row, made, table: null, columns: [], rows: [] }
  const table = JSON.parse(row.content) as Table
  const columns = JSON.parse(row.columns) as string[]
  const read = await readRows(deps, await contextOf(deps), { table, columns, me: req.viewer.personId })
  const same = await imports.listSameRows(
    deps.db,
    read.map(({ hash }) => hash),
  )
  const own = await imports.listOwnIds(
    deps.db,
    read.map(({ reference }) => reference),
  )
  return { row, made, table, columns, rows: stateRows(read, { importId: row.id, same, own }) }
}

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const found = await readImport(deps, req)
    const page = pageOf(query(req, 'page'), found.rows.length, ROWS_SHOWN)
    const view = { t: req.t, taxonomies: deps.taxonomies }
    await res.page('offers/import-rows', importPage(view, { ...found, path: pathOf(found.row.id), page }))
  }

export const chooseColumns =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, columns } = await readImport(deps, req)
    const values = typedValues(req.body)
    const chosen = columns.map((_column, at) => {
      const name = z.string().catch('').parse(values[columnField(at)])
      return isOfferColumn(name) ? name : ''
    })
    await saveColumns(deps, req.viewer, row.id, chosen)
    await redirect(req, res, pathOf(row.id))
  }

export const makeDrafts =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, rows } = await readImport(deps, req)
    const good = rows.filter(({ state }) => state === 'new')
    const count = await importRows(deps, req.viewer, row.id, good)
    req.session.flash(count === 1 ? 'offers.import.done.one' : 'offers.import.done.other', { count })
    await redirect(req, res, pathOf(row.id))
  }

export const faultsCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { table, columns, rows } = await readImport(deps, req)
    if (!table) throw new NotFound()
    const file = faultsFile(req.t, { table, columns, rows })
    async function* batches() {
      for (const some of chunksOf(file.rows)) yield some
    }
    await streamCsv(res, file, batches())
  }

export const askUndo =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, made } = await readImport(deps, req)
    const count = made.filter(({ untouched }) => untouched).length
    if (count === 0) return redirect(req, res, pathOf(row.id))
    const kept = made.length - count
    await res.page('offers/confirm', {
      title: req.t.n('offers.import.undo.title', count),
      text: [req.t('offers.import.undo.text'), kept > 0 ? req.t.n('offers.import.undo.kept', kept) : '']
        .filter(Boolean)
        .join(' '),
      button: req.t('offers.import.undo.button'),
      action: pathOf(row.id, '/undo'),
      back: pathOf(row.id),
    })
  }

export const undo =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    const row = await imports.findImport(deps.db, param(req, 'import'))
    if (!row) throw new NotFound()
    const count = await undoImport(deps, req.viewer, row.id)
    req.session.flash(count === 1 ? 'offers.import.undone.one' : 'offers.import.undone.other', { count })
    await redirect(req, res, pathOf(row.id))
  }

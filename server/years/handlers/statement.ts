// SPDX-License-Identifier: AGPL-3.0-or-later
// The statement of a closed year: page, files, entry in the accounts, sheets of people, and opening it again.
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import * as years from '../../../db/queries/years.ts'
import { reachToValue } from '../../hours/policy.ts'
import { addressIn } from '../../hours/choice.ts'
import { partOfValue, type ValuedPart } from '../../hours/responses.ts'
import { recordExport } from '../../audit/commands.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { streamCsv, type Cell, type Column } from '../../web/csv.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { sendOds } from '../../web/ods.ts'
import { sendPdfFile } from '../../web/send-pdf.ts'
import { addressWith } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { canTypeset, typesetPdf } from '../../web/typst.ts'
import { YEAR_SOURCE } from '../../statistics/pages/year-document.ts'
import { postStatement, reopenYear } from '../commands/close.ts'
import { postingForm, reopeningForm } from '../forms.ts'
import { labelOf } from '../pages/parts.ts'
import { sheetOf } from '../pages/sheets.ts'
import * as pages from '../pages/statement.ts'
import { mayCloseYears } from '../policy.ts'
import { postingRefusal, reopeningRefusal, yearAt } from '../rules.ts'

async function read(deps: Deps, req: Request) {
  const statement = await years.findStatement(deps.db, param(req, 'statement'))
  if (!statement) throw new NotFound()
  const part = await partOfValue(deps, req, reachToValue(req.viewer))
  const isOf = (line: { project_id: string | null }) => part === undefined || line.project_id === part.choice.projectId
  const lines = (await years.listStatementLines(deps.db, statement.id)).filter(isOf)
  const people = (await years.listProjectPeople(deps.db, statement.id)).filter(isOf)
  return { statement, lines, people, part, association: await getAssociation(deps.db) }
}

/** @throws NotFound while it is closing: half a statement is no file; and for a team, of which it has no lines. */
async function readClosed(deps: Deps, req: Request) {
  const given = await read(deps, req)
  if (given.statement.state !== 'closed' || given.part?.isOfTeam) throw new NotFound()
  return given
}

/** The one that it takes back. */
const reversedBy = async (deps: Deps, { reverses_id }: years.ShownStatement) =>
  reverses_id ? years.findStatement(deps.db, reverses_id) : undefined

type Forms = { posting?: Form; reopening?: Form }

async function showStatement(deps: Deps, req: Request, res: Response, forms: Forms, status = 200) {
  const given = await read(deps, req)
  if (given.part?.isOfTeam) {
    const { from_day: from } = given.statement
    const { code } = yearAt(from, Number(from.slice(5, 7)))
    return redirect(req, res, addressIn(given.part, `/work/hours/years/${code}`), 302)
  }
  const page = pages.statementPage(req.t, given, await reversedBy(deps, given.statement))
  // Until it is closed, the page looks again by itself.
  if (page.isClosing) res.set('Refresh', '3')
  await res.page(
    'years/statement',
    {
      title: pages.titleOf(req.t, given.statement),
      statement: page,
      association: given.association.name,
      ofPart: given.part,
      query: addressIn(given.part, ''),
      hasPdf: canTypeset(),
      back: addressIn(given.part, '/work/hours/years'),
      mayClose: mayCloseYears(req.viewer),
      postingForm: forms.posting ?? emptyForm(),
      reopeningForm: forms.reopening ?? emptyForm(),
    },
    status,
  )
}

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showStatement(deps, req, res, {})

const fileName = ({ statement, part }: { statement: years.ShownStatement; part: ValuedPart | undefined }) =>
  `etat-benevolat-${statement.number}${part ? '-projet' : ''}`

async function sendFile(res: Response, name: string, { columns, rows }: { columns: Column[]; rows: Cell[][] }) {
  async function* one() {
    yield rows
  }
  await streamCsv(res, { name, columns }, one())
}

export const csv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await readClosed(deps, req)
    await sendFile(res, fileName(given), pages.statementFile(req.t, given))
  }

export const projectsCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await readClosed(deps, req)
    await sendFile(res, `${fileName(given)}-projets`, pages.projectFile(req.t, given))
  }

export const ods =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await readClosed(deps, req)
    const projects = pages.projectFile(req.t, given)
    const tables = [
      { name: req.t('years.file.sheet'), ...pages.statementFile(req.t, given) },
      ...(given.part ? [] : [{ name: req.t('years.share.title'), ...pages.wholeFile(req.t, given) }]),
      ...(projects.rows.length > 0 ? [{ name: req.t('years.table.projects'), ...projects }] : []),
    ]
    await req.session.saveIfPossible()
    sendOds(res, fileName(given), tables, pages.titleOf(req.t, given.statement))
  }

/** The page on paper, tagged. @throws Refused where there is no typesetter: the page can be printed. */
export const pdf =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await readClosed(deps, req)
    const { statement, association, part } = given
    const page = pages.statementPage(req.t, given, await reversedBy(deps, statement))
    const about = {
      title: pages.titleOf(req.t, statement),
      association: [association.name, part?.name].filter(Boolean).join(' · '),
      made: dateIn(association.time_zone, new Date(statement.closed_at!)),
      isWhole: part === undefined,
    }
    const bytes = await typesetPdf(YEAR_SOURCE, pages.statementDocument(req.t, page, about))
    await sendPdfFile(req, res, fileName(given), bytes)
  }

/** @throws NotFound without a value: there is nothing to post. */
export const entry =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await readClosed(deps, req)
    if (given.statement.is_valued === 0) throw new NotFound()
    const day = dateIn(given.association.time_zone, new Date(given.statement.closed_at!))
    await sendFile(res, `ecriture-benevolat-${given.statement.number}`, pages.entryFile(req.t, given, day))
  }

/** Once a colleague has done it there is no form any more, so the reason is shown. @throws Refused */
async function refuseWhatIsDone(deps: Deps, req: Request, refusalOf: typeof postingRefusal): Promise<void> {
  const statement = await years.findStatement(deps.db, param(req, 'statement'))
  const reversed = statement && (await reversedBy(deps, statement))
  const refusal = statement && refusalOf(statement, reversed)
  if (refusal) throw new Refused(refusal)
}

export const post =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(postingForm, req.body)
    if (!parsed.ok) {
      await refuseWhatIsDone(deps, req, postingRefusal)
      return showStatement(deps, req, res, { posting: parsed.form }, 422)
    }
    const id = param(req, 'statement')
    await postStatement(deps, req.viewer, id, parsed.value.posted_as)
    req.session.flash('years.posting.done')
    await redirect(req, res, `/work/hours/statements/${id}`)
  }

export const reopen =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(reopeningForm, req.body)
    if (!parsed.ok) {
      await refuseWhatIsDone(deps, req, reopeningRefusal)
      return showStatement(deps, req, res, { reopening: parsed.form }, 422)
    }
    const reversal = await reopenYear(deps, req.viewer, param(req, 'statement'), parsed.value.reason)
    req.session.flash('years.reopening.done')
    await redirect(req, res, `/work/hours/statements/${reversal}`)
  }

/** People on one page of sheets, each on a sheet of paper of their own. */
const SHEETS = 20

export const sheets =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { statement, association } = await readClosed(deps, req)
    const days = pages.daysOf(statement)
    const people = await years.listPeopleWithHours(deps.db, days, query(req, 'after'), SHEETS + 1)
    const shown = people.slice(0, SHEETS)
    const made = []
    for (const person of shown) made.push(sheetOf(req.t, person, await years.listHoursOf(deps.db, person.id, days)))
    if (shown.length > 0) await recordExport(deps, req.viewer, 'hours.exported', { rows: shown.length })
    await res.page('years/sheets', {
      title: req.t('years.sheets.title', { year: labelOf(req.t, days) }),
      robots: 'noindex',
      sheets: made,
      association: association.name,
      number: statement.number,
      year: labelOf(req.t, days),
      back: `/work/hours/statements/${statement.id}`,
      next: people.length > SHEETS ? addressWith(req.path, { after: shown.at(-1)!.id }) : '',
    })
  }

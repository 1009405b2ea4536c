// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours of everybody, for those who read and approve them.
import type { Request, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import type { Choice } from '../../../db/queries/hours-figures.ts'
import { findImport } from '../../../db/queries/imports.ts'
import * as ledger from '../../../db/queries/hours.ts'
import { findRule } from '../../../db/queries/hours-rules.ts'
import { countKioskLines } from '../../../db/queries/hours-links.ts'
import { later } from '../../base/clock.ts'
import { recordOpening } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { emptyForm, namedOptions, parseForm, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { addressWith } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { countInWords, pagerByRow, placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/entries.ts'
import { setEntryLevel } from '../commands/settings.ts'
import { setEntryProject } from '../commands/projects.ts'
import { chosenLevelForm, chosenProjectForm } from '../forms.ts'
import { ruleInWords } from '../pages/approval-rules.ts'
import * as pages from '../pages/entries.ts'
import { askedFor, choiceAsked, inAddress } from '../choice.ts'
import { reachesChoice, reachToManage, reachToSee, reachToValue } from '../policy.ts'
import { doubtsOf, PAGE, partsToChoose, partWaiting, projectsWithin, withReason } from '../responses.ts'
import { HOURS_STATES, refusalOf, UNDO_FOR, type HoursAction } from '../rules.ts'

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const state = HOURS_STATES.find((one) => one === query(req, 'state')) ?? 'submitted'
    const person = query(req, 'person')
    const reach = reachToSee(req.viewer)
    const asked = state === 'submitted' ? await partWaiting(deps, req, ledger.hasWaitingEntries) : askedFor(req)
    const choice = choiceAsked(reach, asked)
    const parts = inAddress(choice)
    const of = { ...(person && { personId: person }), ...choice }
    const list = ledger.entriesList(deps.db, { state, ...of })
    const page = await readPage(list, placeAsked(req), PAGE)
    // The list of one person's hours shows as much as their page, so it is logged in the same way.
    if (person && page.rows.length > 0) await recordOpening(deps, req.viewer, { what: 'hours', whose: person })
    await res.page('hours/index', {
      title: req.t('hours.work.title'),
      state,
      states: (['submitted', 'approved', 'returned'] as const).map((one) => ({
        href: addressWith('/work/hours', { state: one, ...parts }),
        label: req.t(`hours.filter.${one}`),
        current: one === state,
      })),
      parts: await partsToChoose(deps, reach, choice),
      exportHref: addressWith('/work/hours.csv', parts),
      figuresHref: addressWith('/work/hours/figures', parts),
      statementHref: statementHref(req.viewer, choice),
      tripsHref: addressWith('/work/trips', parts),
      unnamedHref: addressWith('/work/hours/unnamed', parts),
      isWaiting: state === 'submitted',
      mayDecide: reachesChoice(reachToManage(req.viewer), choice),
      ...pages.listOf(page.rows, req.t, {
        doubts: state === 'submitted' ? await doubtsOf(deps, page.rows) : new Map(),
        own: req.viewer.personId,
      }),
      atKiosk: hasRight(req.viewer, 'manage_hours') ? await waitingAtKiosk(deps, req) : '',
      undo: undoOf(deps, req),
      // The number is that of everybody, whose hours those of one person are among.
      waiting: person
        ? ''
        : countInWords(
            req.t,
            'hours.work.waiting',
            await ledger.countWaitingEntries(deps.db, limits.mostCounted, choice),
          ),
      pager: pagerByRow(page, (to) => addressWith('/work/hours', { state, person, ...parts, ...to })),
    })
  }

/** The value of what is chosen, or of another part of which somebody reads it; '' where they read none. */
function statementHref(viewer: Viewer, choice: Choice): string {
  const reach = reachToValue(viewer)
  if (reach === 'everyone') return '/work/hours/statement'
  if (reach.projects.length + reach.teams.length === 0) return ''
  return addressWith('/work/hours/statement', reachesChoice(reach, choice) ? inAddress(choice) : {})
}

async function waitingAtKiosk(deps: Deps, req: Request): Promise<string> {
  const count = await countKioskLines(deps.db)
  return count > 0 ? req.t.n('hours.kiosk.waiting', count) : ''
}

/** Lines that the viewer approved last, as the session keeps them. */
type Undoable = { ids: string[]; minutes: number; at: string }

function undoOf(deps: Deps, req: Request) {
  const kept = req.session.get('approved') as Undoable | undefined
  if (!kept || later(kept.at, UNDO_FOR) < deps.clock.iso()) return null
  return { text: req.t('hours.work.undo_text', { total: req.t.minutes(kept.minutes) }) }
}

export const undo =
  (deps: Deps): Handler =>
  async (req, res) => {
    const kept = req.session.get('approved') as Undoable | undefined
    req.session.set('approved', undefined)
    const count = await commands.undoApproval(deps, req.viewer, kept?.ids ?? [])
    if (count === 0) req.session.flash('hours.work.undo_over', {}, 'wait')
    else req.session.flash(count === 1 ? 'hours.work.undone.one' : 'hours.work.undone.other', { count })
    await redirect(req, res, '/work/hours')
  }

export const approve =
  (deps: Deps): Handler =>
  async (req, res) => {
    const ids = [(req.body as { entries?: string | string[] }).entries ?? []]
      .flat()
      .filter((id) => typeof id === 'string')
    if (ids.length === 0) req.session.flash('hours.work.none_chosen', {}, 'wait')
    else {
      const approved = await commands.approveHours(deps, req.viewer, ids)
      const count = approved.ids.length
      const params = { count, total: req.t.minutes(approved.minutes) }
      req.session.flash(count === 1 ? 'hours.work.approved.one' : 'hours.work.approved.other', params)
      req.session.set('approved', count > 0 ? { ...approved, at: deps.clock.iso() } : undefined)
    }
    await redirect(req, res, '/work/hours')
  }

/** Who recorded it and who decided, and when. */
async function trailOf(deps: Deps, req: Request, entry: ledger.EntryRow) {
  const people = [entry.entered_by, entry.decided_by].filter((id) => id !== null)
  const names = await ledger.listNames(deps.db, people)
  const at = (instant: string) => req.t.date(instant, 'datetime')
  const by = (id: string | null) => (id === null ? '' : (names.get(id) ?? req.t('hours.entry.somebody')))
  const entered = entry.link_id === null ? by(entry.entered_by) : req.t('hours.entry.by_link')
  const items = [
    { label: req.t('hours.entry.entered'), value: [entered, at(entry.created_at)].filter(Boolean).join(', ') },
  ]
  if (entry.decided_at === null) return items
  const decided = entry.rule_id === null ? by(entry.decided_by) : req.t('hours.entry.by_rule')
  return [
    ...items,
    { label: req.t('hours.entry.decided'), value: [decided, at(entry.decided_at)].filter(Boolean).join(', ') },
  ]
}

/** The rule that approved it, in words; '' when a person did. */
async function ruleOf(deps: Deps, req: Request, { rule_id }: ledger.EntryRow): Promise<string> {
  const rule = rule_id === null ? undefined : await findRule(deps.db, rule_id)
  if (!rule) return ''
  const text = ruleInWords(req.t, rule, await ledger.listCategories(deps.db, { archived: true }))
  return req.t('hours.rule.approved', { rule: text })
}

/** Which file it came from, in words; '' when it came otherwise. */
async function fileOf(deps: Deps, req: Request, { import_id }: ledger.EntryRow): Promise<string> {
  const file = import_id === null ? undefined : await findImport(deps.db, import_id)
  return file ? req.t('hours.entry.from_file', { file: file.file_name || req.t('imports.show.pasted') }) : ''
}

async function isToManage(deps: Deps, req: Request, id: string): Promise<boolean> {
  const reach = reachToManage(req.viewer)
  return reach === 'everyone' || (await ledger.findEntry(deps.db, id, reach)) !== undefined
}

type EntryForms = { level?: Form; project?: Form }

async function showEntry(deps: Deps, req: Request, res: Response, form: Form, status = 200, forms: EntryForms = {}) {
  const entry = await ledger.findEntry(deps.db, param(req, 'entry'), reachToSee(req.viewer))
  if (!entry) throw new NotFound()
  const others = await ledger.countOtherApprovers(deps.db, entry)
  await res.page(
    'hours/entry',
    {
      title: req.t('hours.entry.title', { person: `${entry.given_name} ${entry.family_name}`.trim() }),
      form,
      entry: pages.entryOf(entry, req.t),
      rule: await ruleOf(deps, req, entry),
      fromFile: await fileOf(deps, req, entry),
      trail: await trailOf(deps, req, entry),
      levels: pages.levelOptions(req.t, await ledger.listLevels(deps.db)),
      levelForm: forms.level ?? emptyForm({ level: entry.level_id ?? '' }),
      projects: namedOptions(await projectsWithin(deps, reachToManage(req.viewer), entry.project_id)),
      mayTakeOut: reachToManage(req.viewer) === 'everyone',
      projectForm: forms.project ?? emptyForm({ project: entry.project_id ?? '' }),
      isOwn: entry.person_id === req.viewer.personId && others > 0,
      mayDecide: await isToManage(deps, req, entry.id),
    },
    status,
  )
}

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const entry = await ledger.findEntry(deps.db, param(req, 'entry'), reachToSee(req.viewer))
    if (entry) await recordOpening(deps, req.viewer, { what: 'hours', whose: entry.person_id, id: entry.id })
    await showEntry(deps, req, res, emptyForm())
  }

const decide = (
  deps: Deps,
  action: HoursAction,
  act: (deps: Deps, viewer: Viewer, id: string, reason: string) => Promise<unknown>,
  flash: 'hours.work.returned' | 'hours.work.reversed',
): Handler =>
  withReason({
    refusal: async (req) => {
      const entry = await ledger.findEntry(deps.db, param(req, 'entry'), reachToSee(req.viewer))
      return entry && refusalOf(entry, action)
    },
    show: (req, res, form) => showEntry(deps, req, res, form, 422),
    act: async (req, reason) => {
      await act(deps, req.viewer, param(req, 'entry'), reason)
      req.session.set('approved', undefined)
    },
    done: { flash, to: '/work/hours' },
  })

export const giveBack = (deps: Deps): Handler => decide(deps, 'return', commands.returnHours, 'hours.work.returned')

export const reverse = (deps: Deps): Handler => decide(deps, 'reverse', commands.reverseHours, 'hours.work.reversed')

export const setLevel =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(chosenLevelForm, req.body)
    const set = (level: string) => setEntryLevel(deps, req.viewer, param(req, 'entry'), level)
    const done = parsed.ok ? await runCommand(parsed.form, () => set(parsed.value.level)) : parsed
    if (!done.ok) {
      // When a colleague approved them first, there is no form any more.
      const entry = await ledger.findEntry(deps.db, param(req, 'entry'), reachToSee(req.viewer))
      if (entry && !pages.entryOf(entry, req.t).canCorrect) throw new Refused('hours.refused.level_settled')
      return showEntry(deps, req, res, emptyForm(), 422, { level: done.form })
    }
    req.session.flash('hours.entry.level_done')
    await redirect(req, res, `/work/hours/${param(req, 'entry')}`)
  }

export const setProject =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(chosenProjectForm, req.body)
    const set = (project: string) => setEntryProject(deps, req.viewer, param(req, 'entry'), project)
    const done = parsed.ok ? await runCommand(parsed.form, () => set(parsed.value.project)) : parsed
    if (!done.ok) return showEntry(deps, req, res, emptyForm(), 422, { project: done.form })
    req.session.flash('hours.entry.project_done')
    await redirect(req, res, `/work/hours/${param(req, 'entry')}`)
  }

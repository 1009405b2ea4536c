// SPDX-License-Identifier: AGPL-3.0-or-later
// What the validator sees: who may declare, who has, and what is left until 31 December.
import type { Request, Response } from 'express'
import { countOtherValidators, findFile } from '../../../db/queries/cec.ts'
import { nameProjects } from '../../../db/queries/hours-figures.ts'
import { listTeams } from '../../../db/queries/teams.ts'
import { recordExport, recordOpening } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { mayKeepCategories } from '../../hours/policy.ts'
import { fullName } from '../../model/person.ts'
import { columnsOf, streamCsv, type Cell } from '../../web/csv.ts'
import { emptyForm, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { minutesOf, readRoles, setCecRole, takeStep } from '../commands/files.ts'
import { stepForm } from '../forms.ts'
import { countdownOf, functionsOf, gaugesOf, identifierOf, sourceOf, stateOf } from '../pages/parts.ts'
import {
  allOf,
  CEC_ACTIONS,
  daysFor,
  gaugeOf,
  isTimeToDeclare,
  nextState,
  yearToDeclare,
  type CecRules,
} from '../rules.ts'
import { mayDecideOf, reachToValidate } from '../policy.ts'
import { askedYear, getCecPerson, readHere, sendPaper, showPaper } from '../responses.ts'
import { readYear, type CecLine } from '../year.ts'

const LIST = '/work/cec'

async function readList(deps: Deps, req: Request) {
  const here = await readHere(deps)
  const asked = askedYear(query(req, 'year'), here.today, yearToDeclare(here.today))
  const all = await readYear(deps, asked.year, asked.rules, reachToValidate(req.viewer))
  // Whoever has few hours here is not shown because of hours elsewhere, before they declare.
  const lines = all.filter(({ gauge, file }) => gauge.isPossible || (file !== undefined && file.state !== 'begun'))
  return { ...here, ...asked, lines }
}

/** Of which projects and teams somebody sees the people; '' for everybody. */
async function namesOfParts(deps: Deps, req: Request): Promise<string> {
  const reach = reachToValidate(req.viewer)
  if (reach === 'everyone') return ''
  const projects = await nameProjects(deps.db, reach.projects)
  const teams = await listTeams(deps.db, reach.teams)
  return req.t.list([...projects.values(), ...teams.map(({ name }) => name)])
}

/** What is missing to have enough with the hours given here alone. */
function noteOf(req: Request, rules: CecRules, here: number): string {
  const { isReached, leftInAll } = gaugeOf(rules, here, 0)
  return isReached ? '' : req.t('cec.list.maybe', { hours: req.t.minutes(leftInAll) })
}

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { association, today, year, rules, lines } = await readList(deps, req)
    const last = yearToDeclare(today)
    const waiting = lines.filter(({ file }) => file?.state === 'declared').length
    await res.page('cec/list', {
      title: req.t('cec.list.title', { year: String(year) }),
      robots: 'noindex',
      years: [last + 1, last, last - 1].map((one) => ({
        label: String(one),
        href: `${LIST}?year=${one}`,
        current: one === year,
      })),
      parts: await namesOfParts(deps, req),
      countdown: countdownOf(req.t, rules, year, today),
      waiting: waiting > 0 ? req.t.n('cec.list.waiting', waiting) : '',
      missing: [
        identifierOf(association, 'FR-RNA') === '' ? req.t('cec.list.no_rna') : '',
        identifierOf(association, 'FR-SIREN') === '' ? req.t('cec.list.no_siren') : '',
        (await readRoles(deps.db)).size === 0 ? req.t('cec.list.no_roles') : '',
      ].filter(Boolean),
      maySetRoles: mayKeepCategories(req.viewer),
      lines: lines.map((line) => ({
        href: `${LIST}/people/${line.person.id}?year=${year}`,
        name: fullName(line.person),
        functions: functionsOf(req.t, line.minutes).map(({ label }) => label),
        hours: req.t.minutes(allOf(line.minutes)),
        note: noteOf(req, rules, allOf(line.minutes)),
        state: stateOf(req.t, line.file),
      })),
      csv: `${LIST}.csv?year=${year}`,
      source: sourceOf(req.t, rules),
    })
  }

const COLUMNS = {
  person: 'text',
  governing: 'decimal',
  supervising: 'decimal',
  hours: 'decimal',
  state: 'text',
  declared_on: 'day',
  decided_on: 'day',
} as const

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year, lines } = await readList(deps, req)
    const cells = ({ person, minutes, file }: CecLine): Cell[] => [
      fullName(person),
      minutes.governing / 60,
      minutes.supervising / 60,
      allOf(minutes) / 60,
      stateOf(req.t, file).label,
      file?.declared_on ?? '',
      file?.decided_on ?? '',
    ]
    await recordExport(deps, req.viewer, 'cec.exported', { rows: lines.length, year })
    const columns = columnsOf(COLUMNS, (name) => req.t(`cec.column.${name}`))
    async function* rows() {
      yield lines.map(cells)
    }
    await streamCsv(res, { name: `cec-${year}`, columns }, rows())
  }

const yearIn = (req: Request): string =>
  String((req.body as { year?: unknown } | undefined)?.year ?? query(req, 'year'))

async function showPerson(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const { today } = await readHere(deps)
  const { year, rules } = askedYear(yearIn(req), today, yearToDeclare(today))
  const person = await getCecPerson(deps, param(req, 'person'), reachToValidate(req.viewer), year)
  await recordOpening(deps, req.viewer, { what: 'hours', whose: person.id })
  const minutes = await minutesOf(deps.db, person.id, year)
  const file = await findFile(deps.db, person.id, year)
  const state = file?.state ?? 'begun'
  const isOwn = !mayDecideOf(req.viewer, person.id, await countOtherValidators(deps.db, person.id, year))
  // What somebody gave elsewhere is theirs to say.
  const gauge = gaugeOf(rules, allOf(minutes), 0)
  await res.page(
    'cec/person',
    {
      title: req.t('cec.person.title', { name: fullName(person), year: String(year) }),
      robots: 'noindex',
      id: person.id,
      year: String(year),
      state: stateOf(req.t, file),
      facts: [
        {
          label: req.t('cec.column.declared_on'),
          value: file?.declared_on ? req.t.date(file.declared_on, 'short') : '',
        },
        { label: req.t('cec.column.decided_on'), value: file?.decided_on ? req.t.date(file.decided_on, 'short') : '' },
        { label: req.t('cec.column.reason'), value: file?.reason ?? '' },
        {
          label: req.t('cec.column.decided_minutes'),
          value: file?.decided_minutes === null || file === undefined ? '' : req.t.minutes(file.decided_minutes),
        },
      ].filter(({ value }) => value !== ''),
      functions: functionsOf(req.t, minutes),
      gauges: gaugesOf(req.t, rules, minutes, gauge).slice(0, 1),
      countdown: countdownOf(req.t, rules, year, today),
      can: Object.fromEntries(
        CEC_ACTIONS.map((action) => [
          action,
          !isOwn &&
            allOf(minutes) > 0 &&
            nextState(state, action) !== undefined &&
            (!['tell', 'declare'].includes(action) || isTimeToDeclare(rules, year, today)),
        ]),
      ),
      hasHours: allOf(minutes) > 0,
      isOwn,
      form: form ?? emptyForm(),
      lastDay: daysFor(state === 'declared' ? 'decide' : 'declare', rules, year, today).until,
    },
    status,
  )
}

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showPerson(deps, req, res)

export const step =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { today } = await readHere(deps)
    const { year } = askedYear(yearIn(req), today, yearToDeclare(today))
    const person = await getCecPerson(deps, param(req, 'person'), reachToValidate(req.viewer), year)
    const parsed = parseForm(stepForm, req.body)
    const done = parsed.ok
      ? await runCommand(parsed.form, () => takeStep(deps, req.viewer, person.id, year, parsed.value))
      : parsed
    const form = done.ok ? undefined : { ...done.form, values: { ...typedValues(req.body), ...done.form.values } }
    if (form) return showPerson(deps, req, res, form, 422)
    req.session.flash('cec.person.done')
    return redirect(req, res, `${LIST}/people/${person.id}?year=${year}`)
  }

export const paper =
  (deps: Deps): Handler =>
  (req, res) => {
    const id = param(req, 'person')
    return showPaper(deps, req, res, id, {
      back: `${LIST}/people/${id}`,
      pdf: (name, year) => `/work/cec/people/${id}/${name}.pdf?year=${year}`,
    })
  }

export const pdf =
  (deps: Deps): Handler =>
  (req, res) =>
    sendPaper(deps, req, res, param(req, 'person'))

export const saveRole =
  (deps: Deps): Handler =>
  async (req, res) => {
    const role = String(typedValues(req.body).cec_role ?? '')
    await setCecRole(deps, req.viewer, param(req, 'category'), role)
    req.session.flash('hours.settings.cec_done')
    await redirect(req, res, '/work/hours/settings')
  }

// SPDX-License-Identifier: AGPL-3.0-or-later
// What is kept about a person, for themselves at once, and for the administrator with a line in the trail.
import type { Request, Response } from 'express'
import { listConsents } from '../../db/queries/consents.ts'
import { findPerson, type PersonRow } from '../../db/queries/people.ts'
import { nameIds, readPersonal, type Kept } from '../../db/queries/personal.ts'
import { recordOpening } from '../audit/commands.ts'
import type { Deps } from '../deps.ts'
import { fullName } from '../model/person.ts'
import { consentsOf } from '../people/pages/people.ts'
import { columnsOf, streamCsv } from '../web/csv.ts'
import { NotFound } from '../web/errors.ts'
import { param, type Handler } from '../web/handler.ts'
import { personAsJson } from './export.ts'
import { labelOf, partsOf, restrictionOf } from './pages.ts'
import { wordOf } from './words.ts'

type Answer = (deps: Deps, req: Request, res: Response, person: PersonRow, base: string) => Promise<unknown>

const own =
  (answer: Answer) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await findPerson(deps.db, req.viewer.personId ?? '')
    if (!person) throw new NotFound()
    return answer(deps, req, res, person, '/my/data')
  }

const ofPerson =
  (answer: Answer) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await findPerson(deps.db, param(req, 'person'))
    if (!person) throw new NotFound()
    await recordOpening(deps, req.viewer, { what: 'person', whose: person.id })
    return answer(deps, req, res, person, `/work/people/${person.id}/data`)
  }

const showPage: Answer = async (deps, req, res, person, base) => {
  const kept: Kept[] = []
  for await (const part of readPersonal(deps.db, person)) kept.push(part)
  const words = { t: req.t, taxonomies: deps.taxonomies, names: await namesIn(deps, kept) }
  const isOwn = base === '/my/data'
  return res.page('people/data', {
    title: isOwn ? req.t('people.data.title') : req.t('people.data.title_of', { name: fullName(person) }),
    robots: 'noindex',
    isOwn,
    back: isOwn ? '/my' : `/work/people/${person.id}`,
    backLabel: isOwn ? req.t('accounts.hub.title') : fullName(person),
    id: person.id,
    consents: consentsOf(req.t, await listConsents(deps.db, person.id)),
    restriction: isOwn ? restrictionOf(req.t, person) : '',
    parts: partsOf(words, kept),
  })
}

/** Columns whose ids are shown by name. */
const NAMED = ['category_id', 'level_id', 'project_id', 'offer_id', 'role_id', 'team_id']

function namesIn(deps: Deps, kept: readonly Kept[]) {
  const ids = kept.flatMap(({ rows }) => rows.flatMap((row) => NAMED.map((name) => row[name])))
  return nameIds(
    deps.db,
    ids.filter((id): id is string => typeof id === 'string'),
  )
}

const sendJson: Answer = async (deps, _req, res, person) => {
  res.set('Content-Type', 'application/json; charset=utf-8')
  res.set('Content-Disposition', 'attachment; filename="mes-donnees.json"')
  for await (const piece of personAsJson(deps, person)) res.write(piece)
  res.end()
}

const sendCsv: Answer = async (deps, req, res, person) => {
  const kinds = { part: 'text', row: 'number', what: 'text', value: 'text' } as const
  const columns = columnsOf(kinds, (name) => req.t(`people.data.csv.${name}`))
  await streamCsv(res, { name: req.t('people.data.file'), columns }, csvParts(deps, req, person))
}

async function* csvParts(deps: Deps, req: Request, person: PersonRow) {
  let number = 0
  for await (const kept of readPersonal(deps.db, person)) {
    const words = { t: req.t, taxonomies: deps.taxonomies, names: await namesIn(deps, [kept]) }
    const part = req.t.code('people.data.part', kept.table)
    yield kept.rows.flatMap((row) => {
      number += 1
      return Object.keys(row)
        .map((column) => [part, number, labelOf(req.t, column), wordOf(words, kept.table, column, row)])
        .filter(([, , , value]) => value !== '')
    })
  }
}

export const [myPage, myJson, myCsv] = [own(showPage), own(sendJson), own(sendCsv)]
export const [page, json, csv] = [ofPerson(showPage), ofPerson(sendJson), ofPerson(sendCsv)]

// SPDX-License-Identifier: AGPL-3.0-or-later
// Commands hold the rights themselves: a route that is opened by mistake opens nothing. Every command that takes a viewer
// is called here by nobody and by a volunteer.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { countWritten } from '../../db/open.ts'
import { saveRole } from '../../db/queries/roles.ts'
import { startJobs } from '../../server/jobs.ts'
import { NOBODY, viewerOf, type Viewer } from '../../server/model/viewer.ts'
import { writeCounts } from '../../server/statistics/count.ts'
import { yearOfCode } from '../../server/years/rules.ts'
import { Forbidden } from '../../server/web/errors.ts'
import { transact } from '../../server/web/transact.ts'
import { stopApps, type World } from '../support/app.ts'
import { fullWorld } from '../support/full-world.ts'
import { readModules, withoutComments } from '../support/sources.ts'

const ROOT = join(import.meta.dirname, '../..')
type Command = { name: string; file: string; isInTransaction: boolean }

/** As « hours/approveHours ». */
function commands(): Command[] {
  const files = readModules(['server']).filter(({ file }) => /^server\/.+\/commands(?:\/.+)?\.ts$/.test(file))
  return files.flatMap(({ file, text }) =>
    [...withoutComments(text).matchAll(/export (?:async )?function (\w+)(?:<[^>]*>)?\(([^]*?)\)(?::| \{)/g)]
      .filter(([, , parameters]) => /\b(?:viewer: (?:Viewer|Pick<Viewer)|by: By)\b/.test(parameters!))
      .map(([, name, parameters]) => ({
        name: `${file.replace(/^server\//, '').replace(/\/commands.*/, '')}/${name}`,
        file,
        isInTransaction: parameters!.trim().startsWith('tx: Tx'),
      })),
  )
}

let world: World
const ids: Record<string, string> = {}
beforeAll(async () => {
  world = (await fullWorld()).world
  const { db } = world.deps
  const of = async (thing: string, query: Promise<{ id: string }>) => (ids[thing] = (await query).id)
  const published = db.selectFrom('offers').select('id').where('state', '=', 'published')
  await of('offer', published.executeTakeFirstOrThrow())
  await of('item', db.selectFrom('moderation_items').select('id').executeTakeFirstOrThrow())
  await of('entry', db.selectFrom('hours_entries').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow())
  await of('trip', db.selectFrom('trips').select('id').orderBy('id').executeTakeFirstOrThrow())
  await of('category', db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow())
  await of('application', db.selectFrom('applications').select('id').executeTakeFirstOrThrow())
  await of('affiliation', db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow())
  await of('mail', db.selectFrom('mails').select('id').executeTakeFirstOrThrow())
  await of('incident', db.selectFrom('privacy_incidents').select('id').executeTakeFirstOrThrow())
  await of('request', db.selectFrom('privacy_requests').select('id').executeTakeFirstOrThrow())
  await of(
    'enquiry',
    db.selectFrom('enquiries').select('id').where('state', '<>', 'unconfirmed').executeTakeFirstOrThrow(),
  )
  await of('report', db.selectFrom('offer_reports').select('id').executeTakeFirstOrThrow())
  await of('testimonial', db.selectFrom('testimonials').select('id').executeTakeFirstOrThrow())
  await of('model', db.selectFrom('shared_templates').select('id').executeTakeFirstOrThrow())
  await of('help', db.selectFrom('help_requests').select('id').executeTakeFirstOrThrow())
  await of('town', db.selectFrom('typed_towns').select('id').executeTakeFirstOrThrow())
  ids['person'] = world.id('bastien')
  ids['role'] = 'role'
  await saveRole(db, { id: 'role', name: 'Rôle', rights: ['help'], at: world.clock.iso() })
  // Done here, it is not done beside the commands when the alarm of the process rings.
  const timetable = startJobs(world.deps)
  await timetable.runDue()
  await timetable.stop()
  await writeCounts(world.deps)
  await world.federation!.keepLogos()
})
afterAll(stopApps)

const NONE = { title: { fr: 'x' }, summary: {}, context: {}, profile: {}, support: {}, practical: {}, tasks: {} }
const MODEL = {
  name: 'Maraude',
  content: { ...NONE, causes: [], activities: [], requirements: [], commitment: '' },
}
const PERSON = { given_name: 'Jo', family_name: 'Roy', email: 'jo.roy@example.net', phone: '', locale: 'fr' }
const INCIDENT = { happened_on: '2026-11-01', known_on: '2026-11-01', what: 'x', data: 'x', seriousness: 'x' }
/** What was asked about is confirmed. */
const CONFIRMED = { again: true, sure: true, long: true, form_id: '', replaces: '' }
const SENT = { personId: null, key: '', content: '' }
const BY_ITEM = { version: 1, item: '' }

/** What each is called with after `deps` and the viewer: as good as it gets, so that only the right is missing. */
const ARGUMENTS: Record<string, () => unknown[]> = {
  'applications/acceptApplication': () => [ids['application'], { word: '' }],
  'applications/declineApplication': () => [ids['application'], { reason: 'full', answer: 'Non.' }],
  'applications/noteAttendance': () => [ids['offer'], new Map([[ids['application'], 'came']])],
  'applications/putFirst': () => [ids['application'], 'other'],
  'applications/putInLine': () => [ids['application']],
  'applications/noteApplication': () => [{ ...PERSON, message: '', offer: ids['offer'], accept: false, who: '' }],
  'applications/noteConsent': () => [ids['application'], 'x'],
  'applications/readMessages': () => [ids['application'], ''],
  'applications/writeToPerson': () => [ids['application'], { words: 'Bonjour.' }],
  'applications/takeApplication': () => [ids['application']],
  'applications/decideTestimonial': () => [ids['testimonial'], { version: 1, state: 'shown' }],
  'applications/tickByTeam': () => [ids['application'], { item: 'Clés', isDone: true }],
  'association/removeLogo': () => [],
  'association/saveLogo': () => ['Un arbre', undefined],
  'association/saveSettings': () => [{ name: 'Autre' }],
  'enquiries/answerEnquiry': () => [ids['enquiry'], 'Bonjour.'],
  'enquiries/endConsent': () => [ids['enquiry']],
  'enquiries/moveEnquiry': () => [ids['enquiry'], { state: 'ended', reason: 'other' }],
  'enquiries/noteEnquiry': () => [ids['enquiry'], { team_note: 'x', was: '' }],
  'enquiries/passOn': () => [ids['enquiry'], { member: ids['affiliation'], word: '' }],
  'enquiries/proposeOffer': () => [ids['enquiry'], ids['offer']],
  'enquiries/removeEnquiry': () => [ids['enquiry']],
  'enquiries/takeEnquiry': () => [ids['enquiry'], false],
  'help/answerHelp': () => [ids['help'], 'Bonjour.'],
  'help/moveHelp': () => [ids['help'], 'done'],
  'help/removeHelp': () => [ids['help']],
  'help/takeHelp': () => [ids['help'], false],
  'reports/decideReport': () => [ids['report'], { decision: 'kept', answer: '' }],
  'hours/addCategory': () => [{ label: { fr: 'Cuisine' }, valued: true }],
  'attestations/issueAttestation': () => [world.id('chloe'), {}],
  'attestations/withdrawAttestation': () => ['attestation'],
  'hours/addProject': () => ['Jardin'],
  'hours/renameProject': () => ['project', 'Jardin'],
  'hours/archiveProject': () => ['project', true],
  'hours/setProjectOfOffer': () => [ids['offer'], ''],
  'hours/setEntryProject': () => [ids['entry'], ''],
  'cec/setCecRole': () => [ids['category'], 'governing'],
  'cec/takeStep': () => [ids['person'], 2025, { action: 'tell', day: '', reason: '' }],
  'hours/addLevel': () => [{ fr: 'Expertise' }],
  'hours/addRates': () => [{ inputs: [], agreed: '' }],
  'hours/setCategoryLevel': () => [ids['category'], ''],
  'hours/setEntryLevel': () => [ids['entry'], ''],
  'hours/archiveLevel': () => ['level', true],
  'years/closeYear': () => [yearOfCode('2025'), { isMissingRates: false, waiting: 0, agreed: true }],
  'years/postStatement': () => ['statement', ''],
  'years/reopenYear': () => ['statement', 'Erreur'],
  'years/setFirstMonth': () => [1],
  'years/setYear': () => [yearOfCode('2025'), { valued: 'yes' }],
  'hours/approveHours': () => [[ids['entry']]],
  'hours/recordSheet': () => [
    { category: ids['category'], day: '2026-11-20', offer: '', form_id: 'f', sure_day: false },
    [],
  ],
  'hours/returnHours': () => [ids['entry'], 'Combien ?'],
  'hours/reverseHours': () => [ids['entry'], 'Erreur'],
  'hours/archiveCategory': () => [ids['category'], true],
  'hours/undoApproval': () => [[ids['entry']]],
  'hours/withdrawRate': () => ['rate', ''],
  'hours/addRule': () => [{ up_to: 60, needs_offer: false, category: '', takes_links: false }, SENT],
  'hours/approveTrips': () => [[ids['trip']]],
  'hours/attachKioskLine': () => ['line', ids['person']],
  'hours/countKioskLine': () => ['line'],
  'hours/dropKioskLine': () => ['line'],
  'hours/endRule': () => ['rule'],
  'hours/insertHours': () => [
    {
      input: { category: ids['category'], day: '2026-11-20', duration: 60, note: '', offer: '', ...CONFIRMED },
      personId: ids['person'],
      forOther: true,
    },
  ],
  'hours/insertUnnamed': () => [
    { people: 3, minutes: 60, day: '2026-11-20', category: ids['category'], offer: '', form_id: '' },
  ],
  'hours/mailLink': () => [ids['person']],
  'hours/removeTripRate': () => [{ valid_from: '2026-01-01', agreed: '' }],
  'hours/renewLink': () => [{ personId: ids['person'] }],
  'hours/correctTrip': () => [ids['trip'], { way: 'Dijon', project: '' }],
  'hours/returnTrip': () => [ids['trip'], 'Où ?'],
  'hours/reverseHeadcount': () => ['headcount', 'Erreur'],
  'hours/reverseTrip': () => [ids['trip'], 'Erreur'],
  'hours/saveLink': () => [{ personId: ids['person'] }, { expires_on: '2027-01-01', category: '' }],
  'hours/setTripRate': () => [{ mills: 529, valid_from: '2026-01-01', source: 'x', agreed: '' }],
  'hours/switchLink': () => [{ personId: ids['person'] }, false],
  'moderation/acceptOffer': () => [ids['item'], { version: 1 }],
  'moderation/askForChanges': () => [ids['item'], { version: 1, question: 'Quand ?' }],
  'moderation/completeItem': () => [ids['item'], { version: 1, causes: [], activities: [], commitment: 'regular' }],
  'moderation/decideSeveral': () => [[{ id: ids['item'], version: 1 }], { decision: 'accept' }],
  'moderation/refuseOffer': () => [ids['item'], { version: 1, reason: 'duplicate', note: '' }],
  'moderation/removeOffer': () => [ids['item'], { version: 1, reason: 'duplicate', note: '' }],
  'moderation/suspendOffer': () => [ids['item'], { version: 1, reason: 'duplicate', note: '' }],
  'moderation/sayAlike': () => [ids['item'], { other: 'another', verdict: 'same' }],
  'moderation/writeNote': () => [{ association_uri: 'https://a.example/actor', item_id: ids['item'] }, 'Un mot'],
  'moderation/eraseNote': () => ['note'],
  'moderation/takeItem': () => [ids['item'], { version: 1 }],
  'moderation/undoAnswer': () => ['batch'],
  'offers/archiveOffer': () => [ids['offer']],
  'offers/begin': () => [ids['offer']],
  'offers/cancelOffer': () => [ids['offer'], { reason: 'weather' }],
  'offers/closeOffer': () => [ids['offer'], { reason: 'found' }],
  'offers/answerCentre': () => [ids['offer'], { centre: 'https://centre.example/actor', words: 'Oui.' }],
  'offers/copyOffer': () => [ids['offer']],
  'offers/createDraft': () => [{}],
  'offers/dropTyped': () => [{ offerId: '', formId: 'f' }],
  'offers/editOffer': () => [ids['offer'], { version: 1 }],
  'offers/inviteToOffer': () => [ids['offer'], { people: [ids['person']], word: '' }],
  'offers/importRows': () => ['import', []],
  'offers/insertDraft': () => [{}],
  'offers/keepAsTemplate': () => [ids['offer']],
  'offers/keepTyped': () => [{ offerId: '', formId: 'f' }, {}],
  'offers/nameTemplate': () => ['template', 'Autre'],
  'offers/pauseOffer': () => [ids['offer']],
  'offers/proposeToCentre': () => [ids['offer'], 'https://centre.example/actor'],
  'offers/publishOffer': () => [ids['offer']],
  'offers/removeTemplate': () => ['template'],
  'offers/renewIn': () => [ids['offer']],
  'offers/renewOffer': () => [ids['offer']],
  'offers/resumeOffer': () => [ids['offer']],
  'offers/saveColumns': () => ['import', []],
  'offers/saveImport': () => [{ table: [], columns: [] }, SENT],
  'offers/undoImport': () => ['import'],
  'offers/withdrawFromCentre': () => [ids['offer'], 'https://centre.example/actor'],
  'offers/addPicture': () => [ids['offer'], { file: 'file', alt: { fr: 'Un arbre' } }, SENT],
  'offers/attachSheet': () => [ids['offer'], { name: 'fiche.pdf', bytes: Buffer.from('%PDF-1.7') }],
  'offers/describePicture': () => [ids['offer'], { id: 'file', alt: { fr: 'Un arbre' } }],
  'offers/keepPicture': () => [
    ids['offer'],
    { media_type: 'image/webp', bytes: Buffer.from('x'), width: 1, height: 1 },
  ],
  'offers/putPictureFirst': () => [ids['offer'], 'file'],
  'offers/removePicture': () => [ids['offer'], 'file'],
  'offers/removeSheet': () => [ids['offer']],
  'offers/scheduleOffer': () => [ids['offer'], '2026-12-24'],
  'imports/saveChoices': () => ['file', { twins: false, newcomers: 'add', words: [], people: [] }],
  'imports/saveColumns': () => ['file', []],
  'imports/saveImport': () => [{ table: { headings: [], rows: [] }, columns: [], tool: 'table', fileName: '' }, SENT],
  'imports/takeImport': () => ['file'],
  'imports/undoImport': () => ['file'],
  'operator/giveUpEvent': () => ['notices', 1],
  'operator/operate': () => [{ type: 'mails.retried' }, async () => ({ mails: 0 })],
  'operator/recordLook': () => [{ type: 'mails.exported', details: { rows: 1, show: 'all' } }],
  'operator/retryAllEvents': () => [],
  'operator/retryAllMails': () => [],
  'operator/retryEvent': () => ['notices', 1],
  'operator/retryMail': () => [ids['mail']],
  'operator/settleParked': () => [1, 'waiting'],
  'partners/acceptMember': () => [ids['affiliation']],
  'partners/askToJoin': () => ['centre.example'],
  'partners/endAffiliation': () => [ids['affiliation']],
  'partners/followSource': () => ['centre.example'],
  'partners/refuseMember': () => [ids['affiliation'], 'Non.'],
  'partners/setExactSums': () => [ids['affiliation'], true],
  'partners/setTrust': () => [ids['affiliation'], 'trusted'],
  'peers/allowPeer': () => ['faux.example'],
  'peers/blockDomain': () => [{ host: 'faux.example', note: '' }],
  'peers/forgetDeliveries': () => ['faux.example'],
  'peers/leaveOut': () => ['faux.example'],
  'peers/openToAll': () => [],
  'peers/pausePeer': () => ['faux.example'],
  'peers/restrictToMembers': () => [],
  'peers/resumePeer': () => ['faux.example'],
  'peers/retryDeliveries': () => ['faux.example'],
  'peers/unblockDomain': () => ['faux.example'],
  'people/changeRoles': () => [ids['person'], ['volunteer']],
  'people/addTeam': () => ['Maraude'],
  'people/renameTeam': () => ['team', 'Maraude'],
  'people/archiveTeam': () => ['team', true],
  'people/joinTeam': () => [ids['person'], 'team'],
  'people/leaveTeam': () => [ids['person'], 'team'],
  'people/addRole': () => [{ name: 'Accueil', rights: ['see_people'] }],
  'people/changeRole': () => [ids['role'], { name: 'Accueil', rights: ['see_people'] }],
  'people/removeRole': () => [ids['role']],
  'people/giveRole': () => [ids['person'], { role: ids['role'], where: '' }],
  'people/giveRoleOfProduct': () => [ids['person'], 'volunteer'],
  'people/takeRole': () => [ids['person'], ids['role']],
  'people/correctContact': () => [ids['person'], PERSON],
  'people/giveRight': () => [ids['person'], 'cec', true],
  'people/inviteAgain': () => [ids['person']],
  'people/invitePerson': () => [{ ...PERSON, roles: ['volunteer'] }],
  'people/letIn': () => [ids['person']],
  'people/saveNote': () => [ids['person'], { team_note: 'x', was: '' }],
  'partners/shareTemplate': () => [MODEL],
  'partners/changeSharedTemplate': () => [ids['model'], MODEL],
  'partners/removeSharedTemplate': () => [ids['model']],
  'partners/pauseMember': () => [ids['affiliation'], 'Une raison.'],
  'partners/resumeMember': () => [ids['affiliation']],
  'people/savePhone': () => [ids['person'], ''],
  'people/shutOut': () => [ids['person']],
  'privacy/requests/announceLifting': () => [ids['person']],
  'privacy/requests/answer': () => [ids['request'], { decision: 'done', answer: 'Fait.' }],
  'privacy/incidents/changeIncident': () => [
    { id: ids['incident'], version: 1 },
    { ...INCIDENT, is_serious: 'no' },
  ],
  'privacy/incidents/noteIncident': () => [{ ...INCIDENT, is_serious: 'no' }, SENT],
  'privacy/requests/takeRequest': () => [ids['person'], { kind: 'correction', said: 'x' }, SENT],
  'towns/reopenTown': () => [ids['town'], BY_ITEM],
  'towns/settleTown': () => [ids['town'], { ...BY_ITEM, answer: 'FR-21231', other: '', near: '' }],
}

/** Those that need no role, each with its reason. */
const FOR_ALL: Record<string, string> = {
  'accounts/askForEmailChange': 'of the viewer alone, who proves it with the password',
  'accounts/beginSecondFactor': 'of the viewer alone, who proves it with the password',
  'accounts/changePassword': 'of the viewer alone, who proves it with the password',
  'accounts/confirmSecondFactor': 'of the viewer alone, who proves it with a code',
  'accounts/findBegunSecret': 'of the viewer alone',
  'accounts/proveForEmail': 'of the viewer alone, who proves it with the password',
  'accounts/proveOwner': 'of the viewer alone',
  'accounts/renewRecoveryCodes': 'of the viewer alone, who proves it twice',
  'accounts/saveNoticeChoices': 'of the viewer alone',
  'accounts/saveProfile': 'of the viewer alone',
  'accounts/stopSecondFactor': 'of the viewer alone, who proves it twice',
  'applications/load': 'checks the right for the commands above, and is called by them alone',
  'applications/applyTo': 'everybody may apply',
  'audit/recordExport': 'notes what the viewer took',
  'audit/recordOpening': 'notes what the viewer read',
  'help/loadHelp': 'checks the right for the commands above, and is called by them alone',
  'moderation/suspendIn': 'suspendOffer, which is called here, within a transaction of its caller',
  'moderation/loadNote': 'checks the right for the command above, and is called by it and its page alone',
  'reports/loadReport': 'checks the right for the command above, and is called by it alone',
  'enquiries/loadForTeam': 'checks the right for the commands above, and is called by them alone',
  'offers/endTyped': 'a text of the viewer alone',
  'attestations/checkGathered': 'attestations of the viewer alone',
  'attestations/dropGathered': 'an attestation of the viewer; others are not found',
  'attestations/gatherAttestation': 'attestations of the viewer alone',
  'attestations/writeSkills': 'skills of the viewer alone',
  'cec/setElsewhere': 'the hours of the viewer alone',
  'cec/declare': 'the declaration of the viewer alone',
  'hours/confirmHours': 'a line of the viewer; others are not found',
  'hours/recordHours': 'hours of the viewer; for others with the right alone (below)',
  'hours/withdrawHours': 'a line of the viewer; others are not found',
  'hours/confirmTrip': 'a line of the viewer; others are not found (below)',
  'hours/copyWeek': 'hours of the viewer alone',
  'hours/dropTimer': 'the timer of the viewer alone',
  'hours/endTimer': 'the timer of the viewer alone',
  'hours/recordTrip': 'kilometres of the viewer alone',
  'hours/startTimer': 'the timer of the viewer alone',
  'hours/withdrawTrip': 'a line of the viewer; others are not found (below)',
}

it('every command that takes a viewer is called here, or needs no role', () => {
  const names = commands().map(({ name }) => name)
  const known = [...Object.keys(ARGUMENTS), ...Object.keys(FOR_ALL)]
  expect(names.length).toBeGreaterThan(60)
  expect(names.filter((name) => !known.includes(name))).toEqual([])
  expect(known.filter((name) => !names.includes(name))).toEqual([])
})

async function call(name: string, viewer: Viewer, values: unknown[]): Promise<unknown> {
  const { file, isInTransaction } = commands().find((one) => one.name === name)!
  const module = (await import(join(ROOT, file))) as Record<string, (...all: unknown[]) => Promise<unknown>>
  const run = module[name.split('/').at(-1)!]!
  return isInTransaction
    ? transact(world.deps, (tx) => run(tx, world.deps, viewer, ...values))
    : run(world.deps, viewer, ...values)
}

/** What it throws; what it changes all the same is told too. */
async function outcome(name: string, viewer: Viewer, values: unknown[]): Promise<unknown> {
  await world.settle()
  const before = await countWritten(world.deps.db)
  const thrown = await call(name, viewer, values).then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  )
  return (await countWritten(world.deps.db)) === before ? thrown : `something was written, then ${String(thrown)}`
}

it.each(Object.keys(ARGUMENTS))('%s is refused', async (name) => {
  for (const viewer of [NOBODY, viewerOf(world.id('chloe'), 'Chloé Tremblay', ['volunteer'])])
    expect(String(await outcome(name, viewer, ARGUMENTS[name]!()))).toMatch(/^Error: 403 |people\.refused\.not_yours$/)
})

it('hours of others are neither entered, confirmed nor taken back by a volunteer', async () => {
  const david = viewerOf(world.id('david'), 'David Roy', ['volunteer'])
  const line = { category: ids['category'], day: '2026-11-20', minutes: 60, note: '', offer: '', form_id: 'f1' }
  expect(await outcome('hours/recordHours', david, [line, world.id('chloe')])).toBeInstanceOf(Forbidden)
  for (const name of ['hours/confirmHours', 'hours/withdrawHours'])
    expect(await outcome(name, david, [ids['entry']])).toMatchObject({ status: 404 })
})

it('kilometres of others are neither confirmed nor taken back by a volunteer', async () => {
  const david = viewerOf(world.id('david'), 'David Roy', ['volunteer'])
  for (const name of ['hours/confirmTrip', 'hours/withdrawTrip'])
    expect(await outcome(name, david, [ids['trip']])).toMatchObject({ status: 404 })
})

it('nobody has no account to change', async () => {
  const calls: Record<string, unknown[]> = {
    'accounts/saveProfile': [PERSON],
    'accounts/saveNoticeChoices': [{ hours: 'none' }],
    'accounts/findBegunSecret': [],
  }
  for (const [name, values] of Object.entries(calls))
    expect([name, await outcome(name, NOBODY, values)]).toEqual([name, expect.not.stringContaining('written')])
})

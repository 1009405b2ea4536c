// SPDX-License-Identifier: AGPL-3.0-or-later
// The page about data, sentence by sentence: each has the test that holds it, or a fact of the code that is looked at here.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { updateAssociation } from '../../db/queries/association.ts'
import { KEEP_MONTHS, CONFIRM_WITHIN_HOURS } from '../../server/applications/rules.ts'
import { KINDS, TRAIL_KEPT } from '../../server/audit/rules.ts'
import { DAY } from '../../server/base/clock.ts'
import { ALERT_MONTHS, CONFIRM_ALERT_DAYS } from '../../server/model/alerts.ts'
import { LIMITS } from '../../server/limits.ts'
import { SIGN_IN_DAYS } from '../../server/operator/retention.ts'
import { superseded } from '../../server/operator/rules.ts'
import { IN_BACKUPS } from '../../server/privacy/erasure.ts'
import { PROCESSINGS } from '../../server/privacy/processings.ts'
import { securityHeaders } from '../../server/web/security-headers.ts'
import { startApp, stopApps } from '../support/app.ts'
import { readModules, withoutComments } from '../support/sources.ts'
import { readTemplates } from '../support/templates.ts'
import { readTexts } from '../support/texts.ts'

afterEach(stopApps)

const ROOT = join(import.meta.dirname, '../..')
const KEY = 'association.page.privacy.'

/** A test by its file and the beginning of its name, or what is looked at here. */
type Proof = { test: string; named: string } | { fact: () => void | Promise<void> }
const held = (test: string, named: string): Proof => ({ test, named })
const fact = (look: () => void | Promise<void>): Proof => ({ fact: look })

const processing = (code: string) => PROCESSINGS.find((one) => one.code === code)!
const columnsOf = (code: string) =>
  Object.values(processing(code).columns as Record<string, readonly string[]>).flatMap((names) => [...names])

/** The words that say a column of an application, so that a new column needs a word too. */
const SAID: Record<string, string> = {
  'votre nom': 'given_name family_name',
  'votre adresse e-mail': 'email email_key person_id',
  'votre téléphone': 'phone',
  'votre message': 'message',
  'vos réponses à nos questions': 'replies',
  'les conditions': 'ticks',
  'l’âge': 'age_confirmed',
  'combien vous serez': 'seats',
  'votre rang': 'waitlisted_at held_until',
  'si vous étiez là': 'said_came came_on',
  'votre langue': 'locale',
  'la page d’où vous venez': 'channel offer_id',
  'les dates': 'created_at confirmed_at answered_at decided_at updated_at reminded_for asked_for',
  'notre réponse': 'state reason_code answer',
  'les messages échangés': 'application_id side body sent_at read_at',
  'les étapes d’accueil': 'application_id item side ticked_at',
  'le nom et l’adresse d’un parent': 'application_id guardian_name guardian_email',
  'son accord avec les dates': 'wording asked_at reminded_at given_at withdrawn_at',
}
const saysAllOfAnswers = fact(() => {
  const said = Object.values(SAID).flatMap((columns) => columns.split(' '))
  expect(said.toSorted()).toEqual(columnsOf('applications').toSorted())
  const text = readTexts('fr')[`${KEY}answer_kept`]!.toLowerCase()
  expect(Object.keys(SAID).filter((words) => !text.includes(words))).toEqual([])
})

const SAID_OF_ALERTS: Record<string, string> = {
  'votre adresse': 'email email_key link_hash',
  'votre langue': 'locale',
  'le rythme': 'rhythm',
  'les recherches': 'query label',
  'leurs dates': 'created_at created_at ends_at asked_at',
}
const saysAllOfAlerts = fact(() => {
  const said = Object.values(SAID_OF_ALERTS).flatMap((columns) => columns.split(' '))
  expect(said.toSorted()).toEqual(columnsOf('alerts').toSorted())
  const text = readTexts('fr')[`${KEY}alert_kept`]!.toLowerCase()
  expect(Object.keys(SAID_OF_ALERTS).filter((words) => !text.includes(words))).toEqual([])
})

/** What is kept of a volunteer, by the processing that keeps it. */
const KEPT: Record<string, string[]> = {
  volunteers: ['votre nom', 'vos coordonnées', 'votre langue', 'votre numéro', 'vos rôles'],
  hours: ['les heures'],
  attestations: ['vos attestations', 'vos compétences'],
  access: ['vos entrées sur le site', 'vos appareils', 'votre mot de passe'],
  mails: ['les messages'],
  trail: ['un journal'],
  team: ['un journal'],
  rights: ['vos demandes et vos accords sur vos données'],
}
const saysAllOfVolunteers = fact(() => {
  // Files of offers are the team’s own; files of members and hours are told at the page that takes them in.
  const others = [
    'alerts',
    'applications',
    'enquiries',
    'help',
    'reports',
    'testimonials',
    'contact',
    'imports',
    'files',
    'sites',
  ]
  expect([...Object.keys(KEPT), ...others].toSorted()).toEqual(PROCESSINGS.map(({ code }) => code).toSorted())
  const text = readTexts('fr')[`${KEY}volunteer_kept`]!.toLowerCase()
  expect(
    Object.values(KEPT)
      .flat()
      .filter((words) => !text.includes(words)),
  ).toEqual([])
})

/** Boxes of forms about people, with what each is: none is a consent to keep what is needed. */
const BOXES: Record<string, string> = {
  'accounts/set-up publish': 'the one consent, kept with its text',
  'applications/apply age': 'a condition of the offer',
  'applications/apply minor': 'says that a parent is asked, whose permission is a form of its own',
  'applications/apply ticks': 'conditions of the offer',
  'applications/testimonial consent': 'a consent, kept with its text: without it only the team reads the words',
  'partials/enquiry-call agreed': 'a consent, kept with its text: who ticks it not is answered all the same',
  'partials/enquiry-call call_back': 'a wish',
  'partials/enquiry-wishes causes': 'a wish',
  'partials/enquiry-wishes days': 'a wish',
  'partials/enquiry-wishes parts': 'a wish',
}
const takesNoConsent = fact(() => {
  const own = readTemplates()
    .filter(({ name }) => /^(?:accounts|applications|enquiries|people|privacy|partials\/enquiry)(?:\/|-)/.test(name))
    .flatMap(({ name }) => {
      const source = readFileSync(join(ROOT, 'views', `${name}.hbs`), 'utf8')
      const boxes = [...source.matchAll(/\{\{#?> ?(?:check|choices)\s[^}]*?name="(\w+)"([^}]*(?:\}(?!\})[^}]*)*)\}\}/g)]
      return boxes
        .filter(([whole]) => /> ?check\s/.test(whole) || /multiple=true/.test(whole))
        .map(([, field]) => `${name} ${field}`)
    })
  expect(own.length).toBeGreaterThan(1)
  const notConsent = /roles$|rights$|accept$|second_factor$|remember$|shared$/
  expect(own.filter((box) => !notConsent.test(box)).toSorted()).toEqual(Object.keys(BOXES))
})

/** The words that say a column of somebody who offers their help. */
const ENQUIRY_SAID: Record<string, string> = {
  'votre nom': 'given_name family_name',
  'votre adresse e-mail': 'email email_key person_id',
  'votre téléphone': 'phone',
  'ce que vous aimeriez faire': 'wishes causes',
  quand: 'days parts call_back call_hours',
  où: 'place_name place_code',
  'votre langue': 'locale',
  'les dates': 'created_at confirmed_at seen_at updated_at sent_at accepted_at agreed_at agreed_text',
  'nos messages': 'enquiry_id kind body about title state end_reason',
  'une note de l’équipe': 'team_note',
}
const saysAllOfEnquiries = fact(() => {
  const said = Object.values(ENQUIRY_SAID).flatMap((columns) => columns.split(' '))
  expect(said.toSorted()).toEqual(columnsOf('enquiries').toSorted())
  const text = readTexts('fr')[`${KEY}enquiry_kept`]!.toLowerCase()
  expect(Object.keys(ENQUIRY_SAID).filter((words) => !text.includes(words))).toEqual([])
})
/** The words that say a column of somebody who asks for help with the site. */
const HELP_SAID: Record<string, string> = {
  'ce que vous écrivez': 'said state',
  'l’adresse de la page où vous étiez': 'page reference',
  'la date': 'created_at updated_at sent_at',
  'votre langue': 'locale',
  'votre nom': 'name person_id',
  'votre adresse e-mail': 'email email_key',
  'votre téléphone': 'phone',
  'nos réponses': 'request_id body',
}
const saysAllOfHelp = fact(() => {
  const said = Object.values(HELP_SAID).flatMap((columns) => columns.split(' '))
  expect(said.toSorted()).toEqual(columnsOf('help').toSorted())
  const text = readTexts('fr')[`${KEY}help_kept`]!.toLowerCase()
  expect(Object.keys(HELP_SAID).filter((words) => !text.includes(words))).toEqual([])
})
/** The words that say a column of somebody who reports an offer. */
const REPORT_SAID: Record<string, string> = {
  'le coup de main dont il s’agit': 'title',
  'ce que vous en dites': 'reason said state',
  'la date': 'created_at updated_at',
  'votre langue': 'locale',
  'votre adresse e-mail': 'email email_key person_id',
  'notre réponse': 'answer',
}
const saysAllOfReports = fact(() => {
  const said = Object.values(REPORT_SAID).flatMap((columns) => columns.split(' '))
  expect(said.toSorted()).toEqual(columnsOf('reports').toSorted())
  const text = readTexts('fr')[`${KEY}report_kept`]!.toLowerCase()
  expect(Object.keys(REPORT_SAID).filter((words) => !text.includes(words))).toEqual([])
})
/** The words that say a column of what somebody says about a mission. */
const TESTIMONIAL_SAID: Record<string, string> = {
  'vos mots': 'words',
  'le coup de main dont ils parlent': 'offer_id',
  'le nom que vous choisissez': 'signature shown_name',
  'votre accord': 'wording',
  'les dates': 'written_at updated_at',
  'votre langue': 'locale',
  'votre adresse e-mail': 'email_key person_id',
  'si l’équipe les montre': 'state',
}
const saysAllOfTestimonials = fact(() => {
  const said = Object.values(TESTIMONIAL_SAID).flatMap((columns) => columns.split(' '))
  expect(said.toSorted()).toEqual(columnsOf('testimonials').toSorted())
  const text = readTexts('fr')[`${KEY}testimonial_kept`]!.toLowerCase()
  expect(Object.keys(TESTIMONIAL_SAID).filter((words) => !text.includes(words))).toEqual([])
})
const helped = (name: string) => held('test/web/help-offered.test.ts', name)

const policy = securityHeaders(true).find(([name]) => /content-security-policy/i.test(name))![1]
const callsNoOtherSite = fact(() => expect(policy).not.toMatch(/https?:|\*/))
const register = held('test/house/register.test.ts', 'web H3: every personal column of the data map stands in one')
const named = held('test/web/settings.test.ts', 'names who answers for the site where the law asks for it')
const erased = held('test/web/erasure.test.ts', 'by themselves, leaves no byte in the running database')
const inactive = held('test/web/retention.test.ts', 'without a sign of life they are told once, and erased two months')
const requested = held('test/web/data-requests.test.ts', 'is told to both sides, listed with its day, answered')
const restricted = held('test/web/data-requests.test.ts', 'takes the person out of the lists for work')
const dueDay = held('test/web/data-requests.test.ts', 'received on %s is due on %s in France, on %s in Québec')
const totals = held('test/federation/statistics.test.ts', 'the document is as written down, for the partner alone')
const ground = (code: string, fr: string) => fact(() => expect(processing(code).ground.fr).toBe(fr))
const throttleDays = Object.values(LIMITS)
  .filter(({ kept }) => kept === 'database')
  .map(({ duration }) => duration)

/** By key; in each, one proof for each sentence, in French. */
const PROOFS: Record<string, [sentence: string, ...proofs: Proof[]][]> = {
  lead: [
    ['Nous gardons le moins possible.', register],
    ['Cette page dit quoi, pourquoi et combien de temps.', saysAllOfAnswers, saysAllOfVolunteers],
  ],
  who_text: [['{name} décide de ce que ce site garde, et en répond.', named]],
  in_charge: [['La personne responsable de vos données :', named]],
  host: [['Ce site est hébergé par {name}.', named]],
  answer_kept: [
    [
      'Votre nom, votre adresse e-mail, votre téléphone si vous le donnez, votre message, vos réponses à nos questions, les conditions et l’âge que vous cochez, combien vous serez.',
      saysAllOfAnswers,
    ],
    [
      'Votre langue, la page d’où vous venez, les dates, votre rang sur la liste d’attente, si vous étiez là, notre réponse, les messages échangés et les étapes d’accueil cochées.',
      saysAllOfAnswers,
    ],
    [
      'Pour les plus jeunes, le nom et l’adresse d’un parent, et son accord avec les dates.',
      saysAllOfAnswers,
      held('test/web/guardians.test.ts', 'a child applies'),
    ],
  ],
  answer_why: [['Pour vous répondre, parce que vous l’avez demandé.', ground('applications', 'asked')]],
  agree_answer_fr: [
    [
      'La loi permet de répondre à une demande : vous n’avez pas d’accord à cocher pour cela.',
      ground('applications', 'asked'),
      takesNoConsent,
    ],
  ],
  agree_answer_ca: [
    [
      'En nous écrivant, vous acceptez que nous nous en servions pour cela.',
      fact(() => expect(processing('applications').ground.ca).toBe('given')),
    ],
    [
      'Vous pouvez changer d’avis : le lien de nos messages retire votre réponse.',
      held('test/web/applications.test.ts', 'withdrawing frees the place, with a reason that the association reads'),
    ],
  ],
  answer_long: [
    [
      '{months} mois après la fin de l’échange, votre nom est effacé.',
      held('test/web/applications.test.ts', 'twelve months after the end nothing personal is left'),
      fact(() => expect(KEEP_MONTHS).toBe(12)),
    ],
    [
      'Après trois jours, si vous ne confirmez pas votre adresse.',
      held('test/web/applications.test.ts', 'an application nobody confirmed is gone after 72 hours'),
      fact(() => expect(CONFIRM_WITHIN_HOURS).toBe(72)),
    ],
  ],
  enquiry_kept: [
    [
      'Votre nom, votre adresse e-mail ou votre téléphone, ce que vous aimeriez faire, quand et où, quand vous appeler, votre langue, les dates.',
      saysAllOfEnquiries,
    ],
    [
      'Nos messages et une note de l’équipe, que vous pouvez demander à lire.',
      saysAllOfEnquiries,
      helped('somebody who has an account finds it in their data'),
    ],
  ],
  enquiry_why: [
    ['Pour vous répondre et chercher avec vous, parce que vous l’avez demandé.', ground('enquiries', 'asked')],
  ],
  help_kept: [
    ['Ce que vous écrivez, l’adresse de la page où vous étiez, la date et votre langue.', saysAllOfHelp],
    [
      'Votre nom, votre adresse e-mail ou votre téléphone, si vous les donnez, et nos réponses.',
      saysAllOfHelp,
      held('test/web/help-asked.test.ts', 'asks without an account, with nothing but what went wrong'),
    ],
  ],
  help_why: [['Pour réparer et vous répondre, parce que vous l’avez demandé.', ground('help', 'asked')]],
  help_long: [
    [
      '{months} mois après la dernière nouvelle, tout est effacé.',
      held('test/web/help-asked.test.ts', 'is erased six months after its last news'),
    ],
  ],
  report_kept: [
    ['Le coup de main dont il s’agit, ce que vous en dites, la date et votre langue.', saysAllOfReports],
    [
      'Votre adresse e-mail, si vous la donnez, et notre réponse.',
      saysAllOfReports,
      held('test/web/reports.test.ts', 'a visitor says what is wrong, without an account'),
    ],
  ],
  report_why: [['Pour vérifier ce que nous montrons, et vous répondre.', ground('reports', 'interest')]],
  report_long: [
    [
      '{months} mois après la dernière nouvelle, tout est effacé.',
      held('test/web/reports.test.ts', 'is erased six months after its last news'),
    ],
  ],
  testimonial_kept: [
    [
      'Vos mots, le coup de main dont ils parlent, le nom que vous choisissez d’y mettre, votre accord, les dates, votre langue, votre adresse e-mail pour les retrouver, et si l’équipe les montre.',
      saysAllOfTestimonials,
    ],
  ],
  testimonial_why: [
    [
      'Pour les montrer à d’autres si vous êtes d’accord.',
      ground('testimonials', 'consent'),
      held('test/web/testimonials.test.ts', 'without consent only the team reads them, and cannot show them'),
    ],
    [
      'Vous retirez votre accord et reprenez vos mots par le lien de votre message.',
      held('test/web/testimonials.test.ts', 'by the link, with a page that asks first'),
    ],
  ],
  testimonial_long: [
    [
      'Tant qu’ils sont sur le site ; sinon {months} mois après la dernière nouvelle.',
      held('test/web/testimonials.test.ts', 'words that nobody shows are deleted a year after their last news'),
    ],
  ],
  enquiry_passed: [
    [
      'Un centre transmet votre nom à une association membre seulement si vous avez coché la case, et seulement par un message, jamais vers d’autres sites.',
      helped('a centre passes somebody on by mail, with their consent only'),
    ],
    ['Votre page permet de changer d’avis.', helped('who no longer agrees is not passed on')],
  ],
  enquiry_long: [
    [
      '{months} mois après votre dernier signe, ou après la fin, tout est effacé.',
      helped('everything is deleted twelve months after the last sign'),
    ],
    [
      'Après trois jours, si vous ne confirmez pas votre adresse.',
      helped('what nobody confirms is gone after 72 hours'),
    ],
    ['Tout de suite, si vous retirez votre proposition.', helped('withdrawing deletes everything at once')],
  ],
  alert_kept: [
    [
      'Votre adresse, votre langue, le rythme et les recherches que vous avez choisis, et leurs dates.',
      saysAllOfAlerts,
    ],
  ],
  alert_why: [
    ['Pour vous envoyer les nouveaux coups de main, parce que vous l’avez demandé.', ground('alerts', 'asked')],
  ],
  alert_long: [
    [
      'Chaque message a un lien qui montre tout, arrête tout et efface l’adresse tout de suite.',
      held('test/web/alerts.test.ts', 'is stopped by one press in the mail program, and nothing is left'),
      held('test/web/alerts.test.ts', 'shows all that is kept'),
    ],
    [
      'Sinon, tout s’efface après {months} mois.',
      held('test/web/alerts.test.ts', 'ends by itself after a year, with one question before'),
      fact(() => expect(ALERT_MONTHS).toBe(12)),
    ],
    [
      'Sans confirmation, l’adresse est oubliée après {days} jours.',
      held('test/web/alerts.test.ts', 'an address that nobody confirms is forgotten'),
      fact(() => expect(CONFIRM_ALERT_DAYS).toBe(3)),
    ],
  ],
  forward_kept: [
    [
      'Son adresse ne sert qu’à ce message, et elle est effacée dès qu’il est parti.',
      held('test/web/alerts.test.ts', 'J21: an offer is sent to a friend, whose address is nowhere afterwards'),
    ],
  ],
  volunteer_kept: [
    [
      'Votre nom, vos coordonnées, votre langue, votre numéro, vos rôles, les heures que vous notez, vos attestations, vos compétences, vos demandes et vos accords sur vos données.',
      saysAllOfVolunteers,
    ],
    [
      'Pour protéger votre compte : vos entrées sur le site, vos appareils, votre mot de passe sous une forme que personne ne peut lire.',
      saysAllOfVolunteers,
      fact(async () => {
        const { deps } = await startApp()
        const rows = await deps.db.selectFrom('people').select('password_hash').execute()
        for (const row of rows) expect(row.password_hash ?? '$').toMatch(/^(?:\$|scrypt)/)
      }),
    ],
    ['Et aussi les messages que nous vous envoyons, et un journal de ce qui est fait.', saysAllOfVolunteers],
  ],
  volunteer_why: [
    [
      'Pour organiser l’équipe, attester vos heures, tenir les comptes de l’association et protéger votre compte.',
      register,
    ],
  ],
  agree_volunteer_fr: [
    [
      'La loi appelle cela notre intérêt légitime : il n’y a rien à cocher, et vous pouvez dire non.',
      ground('volunteers', 'interest'),
      ground('hours', 'interest'),
      takesNoConsent,
      restricted,
    ],
  ],
  agree_volunteer_ca: [
    [
      'En nous donnant ces renseignements, vous acceptez que nous nous en servions pour cela.',
      fact(() =>
        expect([processing('volunteers'), processing('hours')].map((one) => one.ground.ca)).toEqual(['given', 'given']),
      ),
    ],
    ['Vous pouvez changer d’avis : demandez de ne plus les utiliser, ou faites tout effacer.', restricted, erased],
  ],
  agree_contact: [
    [
      'Pour un compte, un seul accord se coche : afficher votre nom comme contact, quand vous ouvrez ce site.',
      takesNoConsent,
      held('test/web/consents.test.ts', 'is kept with the text that was read'),
    ],
    ['Il se retire d’un clic dans « Mes données ».', held('test/web/consents.test.ts', 'is taken back by one press')],
  ],
  volunteer_long: [
    ['Sans signe de vie de votre part, tout est effacé après {months} mois.', inactive],
    ['Deux mois avant, nous vous écrivons, si votre compte est ouvert et si nous avons votre adresse.', inactive],
    [
      'Les comptes des personnes qui gèrent le site restent, comme les données que vous demandez de ne plus utiliser.',
      inactive,
      held('test/web/data-requests.test.ts', 'keeps the data of somebody who does not come any more'),
    ],
    [
      'Une invitation restée sans réponse est effacée après {invited} mois, si aucune heure n’est notée.',
      held('test/web/retention.test.ts', 'those who were invited and never came go after six months'),
    ],
    ['Vos heures validées restent dans les totaux, sans votre nom.', erased],
    [
      'Les messages partis sont effacés après {mails} jours, les lignes du journal sur vos entrées et sur la lecture de votre fiche après {trail} jours.',
      held('test/web/operator.test.ts', 'mails after thirty days, unless they still wait'),
      held('test/web/operator.test.ts', 'who signed in when, after a year; the rest of the audit stays'),
      held('test/web/audit.test.ts', 'is forgotten after twelve months, while roles given are remembered'),
      fact(() => expect([SIGN_IN_DAYS, TRAIL_KEPT / DAY, KINDS.sign_ins]).toEqual([365, 365, ['session.signed_in']])),
    ],
    [
      'Les copies de sauvegarde gardent ce qui est effacé {backups} jours de plus, au plus.',
      held('test/web/erasure.test.ts', 'is erased again when a backup of before is restored'),
      fact(() => {
        // One copy a night for three years: the oldest that is left.
        const start = Date.parse('2024-01-01T03:00:00.000Z')
        const all = Array.from({ length: 1100 }, (_, day) => new Date(start + day * DAY).toISOString())
        let copies: { name: string; at: string; kind: 'daily' }[] = []
        for (const at of all) {
          copies.push({ name: at, at, kind: 'daily' })
          const gone = superseded(copies, at, new Date(at))
          copies = copies.filter(({ name }) => !gone.includes(name))
          expect(Date.parse(at) - Date.parse(copies[0]!.at)).toBeLessThan(IN_BACKUPS)
        }
      }),
    ],
  ],
  visit_kept: [
    [
      'Quelle page, l’heure et la réponse du serveur, jamais qui vous êtes.',
      held('test/web/traces.test.ts', 'leaves no secret in the logs'),
      fact(() => {
        const app = readFileSync(join(ROOT, 'server/app.ts'), 'utf8')
        const [, facts = ''] = /log\.info\('request', \{([^}]*)\}/.exec(app) ?? []
        expect(facts.match(/^\s*\w+/gm)!.map((name) => name.trim())).toEqual(['id', 'method', 'route', 'status', 'ms'])
      }),
    ],
    [
      'Si vous essayez d’entrer ou nous écrivez : une empreinte illisible de votre adresse de réseau, contre les abus.',
      fact(() => {
        const limits = withoutComments(readFileSync(join(ROOT, 'server/limits.ts'), 'utf8'))
        expect(limits).toContain("return deps.secrets.mac(`${limit} ${of}`, 'throttle')")
      }),
    ],
  ],
  visit_why: [['Pour garder le site en marche et arrêter les abus.', register]],
  visit_long: [
    [
      'Le journal des pages : aussi longtemps que l’hébergeur le règle.',
      fact(() => {
        const log = withoutComments(readFileSync(join(ROOT, 'server/base/log.ts'), 'utf8'))
        expect([log.includes('process.stdout.write'), /node:fs|File/.test(log)]).toEqual([true, false])
      }),
    ],
    [
      'L’empreinte : environ un jour.',
      fact(() => {
        expect(throttleDays.length).toBeGreaterThan(5)
        expect(Math.max(...throttleDays)).toBe(DAY)
      }),
    ],
  ],
  counts_text: [
    [
      'Pour chaque coup de main, combien de fois il a été montré et lu dans la journée, et combien de personnes ont répondu.',
      held('test/web/statistics.test.ts', 'counts a person once a day and offer, no program, and not its own team'),
      held('test/web/statistics.test.ts', 'counts who reads a page of ours once a day, by the site they came from'),
    ],
    ['Ce sont des totaux : aucun nom, aucune trace de vous ne reste après la journée.', totals],
  ],
  cookie_text: [
    [
      'Il sert à vous reconnaître quand vous entrez dans votre espace, à garder la langue choisie, à retenir ce que vous gardez, ou à dire que c’est fait après un formulaire.',
      held('test/web/search.test.ts', 'J21: what a visitor puts aside is in their session'),
      held('test/web/sessions.test.ts', 'is kept from scripts and from other sites'),
    ],
    [
      'Il n’y en a pas d’autre, et aucun autre site n’est appelé par nos pages.',
      callsNoOtherSite,
      fact(() => {
        const setters = readModules(['server', 'federation']).filter(({ text }) =>
          /\.cookie\(|Set-Cookie/i.test(withoutComments(text)),
        )
        expect(setters.map(({ file }) => file)).toEqual(['server/web/session.ts'])
      }),
    ],
  ],
  recipients_1: [
    [
      'Notre équipe, chacun pour ce dont il a besoin.',
      held('test/house/register.test.ts', 'web H3: who sees « %s » is'),
    ],
    ['L’hébergeur du site les garde pour nous.', held('test/web/register.test.ts', 'in Québec names the grounds')],
  ],
  recipients_mail: [
    [
      'Nos messages passent par un serveur d’envoi.',
      held('test/web/mail.test.ts', 'delivers a mail once, in text and HTML'),
    ],
  ],
  recipients_2: [
    [
      'Les coups de main, eux, sont publics.',
      held('test/house/data-map.test.ts', 'what is listed for everybody is public'),
    ],
    [
      'Ils partent vers les centres du bénévolat et les sites amis.',
      held('test/federation/centres.test.ts', 'what the region approved waits at the nation, under its own address'),
    ],
    [
      'Vos réponses n’y partent jamais : un centre reçoit seulement des totaux.',
      totals,
      held('test/house/data-map.test.ts', 'nothing personal or secret stands in what other servers are given'),
    ],
  ],
  recipients_alone: [
    [
      'Les coups de main, eux, sont publics.',
      held('test/house/data-map.test.ts', 'what is listed for everybody is public'),
    ],
    [
      'Ce site n’échange rien avec d’autres sites.',
      fact(async () => {
        const world = await startApp({ env: { FEDERATION: 'off' } })
        const answer = await fetch(`${world.url}/actor`, { headers: { accept: 'application/activity+json' } })
        expect(answer.status).toBe(404)
      }),
    ],
  ],
  recipients_centre: [
    [
      'Quand un coup de main vient d’une association membre, c’est chez elle que vous répondez : ce centre ne voit pas vos réponses.',
      held('test/web/applications.test.ts', 'of a member’s offer lives at its home: the centre leads there'),
    ],
  ],
  recipients_3: [['Nous ne vendons rien, et ne donnons rien à la publicité.', callsNoOtherSite]],
  rights_own: [
    [
      'Vous avez un compte ici ?',
      held('test/web/retention.test.ts', 'the page about data says these times, and leads'),
    ],
    [
      'Une page montre tout ce que nous avons sur vous.',
      held('test/web/privacy.test.ts', 'is theirs at once, whole, as a page, as JSON and as CSV'),
      held('test/house/data-map.test.ts', 'web H3: what is kept about a person is in their data'),
    ],
    [
      'Vous pouvez y télécharger vos données, demander de les corriger ou de ne plus les utiliser, et les faire effacer tout de suite :',
      requested,
      restricted,
      erased,
    ],
  ],
  rights_text_fr: [
    [
      'Pour voir, corriger ou faire effacer autre chose, ou pour dire non, écrivez‑nous ou appelez‑nous : nous répondons dans le mois.',
      dueDay,
    ],
  ],
  rights_text_ca: [
    [
      'Pour voir, corriger ou faire effacer autre chose, ou pour dire non, écrivez‑nous ou appelez‑nous : nous répondons dans les 30 jours.',
      dueDay,
    ],
  ],
  appeal_fr: [
    [
      'Si notre réponse ne vous va pas, vous pouvez vous adresser à la CNIL : cnil.fr',
      fact(() => shows('FR', 'cnil.fr')),
    ],
  ],
  appeal_ca: [
    [
      'Si notre réponse ne vous va pas, vous pouvez vous adresser à la Commission d’accès à l’information du Québec : cai.gouv.qc.ca',
      fact(() => shows('CA', 'cai.gouv.qc.ca')),
    ],
  ],
}

/** Headings and labels, which say nothing by themselves. */
const HEADINGS =
  /^(?:title|who|kept|what|why|long|(?:answer|enquiry|help|report|testimonial|volunteer|alert|forward|visit)_what|counts|cookie|recipients|rights)$/

async function shows(country: 'FR' | 'CA', authority: string): Promise<void> {
  const world = await startApp()
  await updateAssociation(world.deps.db, { country }, 1)
  const b = world.browser()
  await b.get('/privacy')
  const shown = ['cnil.fr', 'cai.gouv.qc.ca'].filter((one) => b.text.includes(one))
  expect(shown).toEqual([authority])
}

/** The space before a colon is written in two ways in the texts. */
const sentencesOf = (text: string) => text.replaceAll('\u00a0', ' ').split(/(?<=[.?!])\s+(?=[\p{Lu}{])/u)

describe('web H3: the page about data', () => {
  const texts = { fr: readTexts('fr'), en: readTexts('en'), 'fr-CA': readTexts('fr-CA') }
  const names = Object.keys(texts.fr)
    .filter((key) => key.startsWith(KEY))
    .map((key) => key.slice(KEY.length))
    .filter((name) => !HEADINGS.test(name))

  it('has a proof for each of its sentences', () => {
    const said = Object.fromEntries(names.map((name) => [name, sentencesOf(texts.fr[KEY + name]!)]))
    const proved = Object.entries(PROOFS).map(([name, sentences]) => [name, sentences.map(([sentence]) => sentence)])
    expect(said).toEqual(Object.fromEntries(proved))
  })

  it('says as many things in each language, with the same numbers', () => {
    const counts = (locale: 'en' | 'fr-CA') =>
      names
        .filter((name) => texts[locale][KEY + name] !== undefined)
        .filter((name) => sentencesOf(texts[locale][KEY + name]!).length !== PROOFS[name]!.length)
    expect([counts('en'), counts('fr-CA')]).toEqual([[], []])
  })

  it('says nothing that is not a text of these', () => {
    const page = readFileSync(join(ROOT, 'views/association/privacy.hbs'), 'utf8')
    const keys = [...page.matchAll(/"(association\.[\w.]+|[a-z]+\.[\w.]+)"/g)].map(([, key]) => key!)
    expect(keys.length).toBeGreaterThan(25)
    expect(keys.filter((key) => !key.startsWith(KEY) && key !== 'people.data.title')).toEqual([])
  })

  const proofs = Object.values(PROOFS).flatMap((sentences) =>
    sentences.flatMap(([sentence, ...all]) => all.map((proof) => [sentence, proof] as const)),
  )

  it('names tests that are there', () => {
    const lost = proofs.flatMap(([sentence, proof]) => {
      if (!('test' in proof)) return []
      const file = join(ROOT, proof.test)
      const isThere = existsSync(file) && readFileSync(file, 'utf8').includes(`'${proof.named}`)
      return isThere ? [] : [`${sentence} — ${proof.test}: ${proof.named}`]
    })
    expect(lost).toEqual([])
  })

  it.each(proofs.filter(([, proof]) => 'fact' in proof))('« %s » is true', async (_sentence, proof) => {
    if ('fact' in proof) await proof.fact()
  })

  it.each([
    [
      'an association in France',
      {},
      {},
      ['intérêt légitime', 'dans le mois', 'centres du bénévolat'],
      ['serveur d’envoi', 'hébergé par', 'Québec', 'ce centre ne voit pas'],
    ],
    [
      'a centre in Québec with a host and a mail server',
      { SMTP_URL: 'smtp://mail.example:25' },
      { country: 'CA', kind: 'centre', host_name: 'Hébergement Nord' },
      ['vous acceptez', '30 jours', 'serveur d’envoi', 'hébergé par Hébergement Nord', 'ce centre ne voit pas'],
      ['intérêt légitime', 'CNIL'],
    ],
    ['a site alone', { FEDERATION: 'off' }, {}, ['n’échange rien'], ['sites amis']],
  ] as const)('of %s says what is so there', async (_what, env, row, present, absent) => {
    const world = await startApp({ env })
    if (Object.keys(row).length > 0) await updateAssociation(world.deps.db, row, 1)
    const b = world.browser()
    await b.get('/privacy')
    expect(b.text).not.toMatch(/\{\w+\}|association\.page/)
    expect([present.filter((text) => !b.text.includes(text)), absent.filter((text) => b.text.includes(text))]).toEqual([
      [],
      [],
    ])
  })
})

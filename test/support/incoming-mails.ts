// SPDX-License-Identifier: AGPL-3.0-or-later
// Answers by mail as real programs write them. What they quote is the beginning of our mail.

/** `to`: the address for answers; `above`: the sentence of our mail; `secret`: a link of our mail. */
export type Parts = { to: string; above: string; secret: string }

const head = (to: string, more: readonly string[] = []) => [
  'Return-Path: <yvon.autre@example.net>',
  `Delivered-To: ${to}`,
  'Received: from mx.example.net by mail.example.org; Mon, 30 Nov 2026 14:20:00 +0100',
  'Date: Mon, 30 Nov 2026 14:20:00 +0100',
  'From: "Yvon P." <yvon.autre@example.net>',
  `To: Les Jardins du Canal <${to}>`,
  'MIME-Version: 1.0',
  ...more,
]
const mail = (...lines: readonly (string | readonly string[])[]) => lines.flat().join('\r\n')
const OURS = ({ above, secret }: Parts) => [
  `${above} Votre réponse arrive chez Les Jardins du Canal.`,
  '',
  'Bonjour Yvon,',
  '',
  '> Avez-vous des gants ?',
  '',
  'Répondre sur ma page',
  secret,
  '',
  '-- ',
  'Les Jardins du Canal',
]
const marked = (lines: readonly string[]) => lines.map((line) => `> ${line}`.trimEnd())
/** Quoted-printable, of UTF-8 or Latin 1. */
const printable = (text: string, charset: BufferEncoding = 'utf8') =>
  [...Buffer.from(text, charset)]
    .map((byte) =>
      byte === 61 || byte > 126 ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte),
    )
    .join('')
    .split('\r\n')
    .map((line) => line.replaceAll(/(?:=..|[^=]){60}(?!$)/g, '$&=\r\n'))
    .join('\r\n')
const base64 = (text: string) => Buffer.from(text).toString('base64').replaceAll(/.{76}/g, '$&\r\n')

type Sample = { says: string; raw(parts: Parts): string | Buffer }

export const SAMPLES: Record<string, Sample> = {
  'Gmail, text and HTML': {
    says: 'Oui, j’en ai deux paires.\n\nÀ samedi !',
    raw: (parts) =>
      mail(
        head(parts.to, [
          'Message-ID: <CAF+gmail@mail.gmail.com>',
          'Content-Type: multipart/alternative; boundary="0000abc"',
        ]),
        '',
        '--0000abc',
        'Content-Type: text/plain; charset="UTF-8"',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        printable(
          mail(
            'Oui, j’en ai deux paires.',
            '',
            'À samedi !',
            '',
            'Le lun. 30 nov. 2026 à 14:05, Les Jardins du Canal <',
            'mainforte@example.org> a écrit :',
            '',
            marked(OURS(parts)),
            '',
          ),
        ),
        '--0000abc',
        'Content-Type: text/html; charset="UTF-8"',
        '',
        `<div dir="ltr">Oui, j&rsquo;en ai deux paires.</div><blockquote class="gmail_quote">${parts.secret}</blockquote>`,
        '--0000abc--',
      ),
  },
  'Outlook, above « De : »': {
    says: 'Bonjour,\n\nJe viens avec mes gants.\n\nYvon',
    raw: (parts) =>
      mail(
        head(parts.to, [
          'Message-ID: <PR1@outlook.com>',
          'Content-Type: text/plain; charset="iso-8859-1"',
          'Content-Transfer-Encoding: quoted-printable',
        ]),
        '',
        printable(
          mail(
            'Bonjour,',
            '',
            'Je viens avec mes gants.',
            '',
            'Yvon',
            '',
            '________________________________',
            'De : Les Jardins du Canal <mainforte@example.org>',
            'Envoyé : lundi 30 novembre 2026 14:05',
            `À : yvon@example.org <yvon@example.org>`,
            'Objet : Un message pour vous : Trier les dons',
            '',
            OURS(parts),
          ),
          'latin1',
        ),
      ),
  },
  'Outlook, without our sentence, which was deleted': {
    says: 'Entendu.',
    raw: (parts) =>
      mail(
        head(parts.to, [
          'Message-ID: <PR2@outlook.com>',
          'Content-Type: text/plain; charset=utf-8',
          'Content-Transfer-Encoding: 8bit',
        ]),
        '',
        'Entendu.',
        '',
        '-----Message d’origine-----',
        'De : Les Jardins du Canal <mainforte@example.org>',
        'Envoyé : lundi 30 novembre 2026 14:05',
        'À : yvon@example.org',
        'Objet : Un message pour vous',
        '',
        'Bonjour Yvon,',
        parts.secret,
      ),
  },
  'Apple Mail, quoted sender too': {
    says: 'D’accord pour samedi.\n\nEnvoyé de mon iPhone',
    raw: (parts) =>
      mail(
        head(parts.to, [
          'Message-Id: <A1B2@icloud.com>',
          'Content-Type: text/plain;',
          '\tcharset=utf-8',
          'Content-Transfer-Encoding: base64',
        ]),
        '',
        base64(
          mail(
            'D’accord pour samedi.',
            '',
            'Envoyé de mon iPhone',
            '',
            marked([
              'Le 30 nov. 2026 à 14:05, Les Jardins du Canal <mainforte@example.org> a écrit :',
              '',
              ...OURS(parts),
            ]),
          ),
        ),
      ),
  },
  'Thunderbird, between the lines': {
    says: 'Voici mes réponses.\n\n> > Avez-vous des gants ?\nOui, deux paires.',
    raw: (parts) =>
      mail(
        head(parts.to, [
          'Message-ID: <t1@thunderbird>',
          'Content-Type: text/plain; charset=UTF-8; format=fixed',
          'Content-Transfer-Encoding: 8bit',
        ]),
        '',
        'Voici mes réponses.',
        '',
        'Le 30/11/2026 à 14:05, Les Jardins du Canal a écrit :',
        marked(OURS(parts).slice(0, 5)),
        '',
        'Oui, deux paires.',
        '',
        marked(OURS(parts).slice(5)),
      ),
  },
  'Thunderbird, below the quotation, with a signature': {
    says: 'C’est noté.',
    raw: (parts) =>
      mail(
        head(parts.to, [
          'Message-ID: <t2@thunderbird>',
          'Content-Type: text/plain; charset=UTF-8',
          'Content-Transfer-Encoding: 8bit',
        ]),
        '',
        'On 11/30/26 2:05 PM, Les Jardins du Canal wrote:',
        marked(OURS(parts)),
        '',
        'C’est noté.',
        '',
        '-- ',
        'Yvon Paquette',
      ),
  },
  'HTML alone': {
    says: 'Très bien,\nje viens.',
    raw: (parts) =>
      mail(
        head(parts.to, [
          'Message-ID: <h1@web>',
          'Content-Type: text/html; charset=utf-8',
          'Content-Transfer-Encoding: base64',
        ]),
        '',
        base64(
          `<html><head><style>p { color: red }</style></head><body><p>Très bien,<br>je viens.</p><p>Le 30 nov. 2026 à 14:05, Les Jardins &lt;mainforte@example.org&gt; a écrit&nbsp;:</p><blockquote><p>${parts.above.replaceAll(' ', '&nbsp;')} Votre réponse</p><a href="${parts.secret}">Ma page</a></blockquote></body></html>`,
        ),
      ),
  },
  'Latin 1, eight bits, and what it says of itself is wrong': {
    says: 'Déjà prêt',
    raw: (parts) =>
      Buffer.from(
        mail(
          head(parts.to, [
            'Message-ID: <l1@web>',
            'Content-Type: text/plain; charset=iso-8859-1',
            'Content-Transfer-Encoding: 8bit',
          ]),
          '',
          'Déjà prêt',
          '',
        ),
        'latin1',
      ),
  },
  'heads folded, an address in capitals, and the sentence over two lines': {
    says: 'Oui.',
    raw: (parts) =>
      mail(
        head('yvon@example.net').slice(2, 5),
        'To:',
        ` "Les Jardins du Canal"`,
        `\t<${parts.to.toUpperCase()}>,`,
        ' autre@example.net',
        'Message-ID:',
        ' <f1@web>',
        '',
        'Oui.',
        '',
        `> ${parts.above.slice(0, 30)}`,
        `> ${parts.above.slice(30).trim()} Votre réponse`,
      ),
  },
  'Zimbra, « Mail original »': {
    says: 'Je ne peux pas samedi.',
    raw: (parts) =>
      mail(
        head(parts.to, ['Message-ID: <z1@zimbra>', 'Content-Type: text/plain; charset=utf-8']),
        '',
        'Je ne peux pas samedi.',
        '',
        '----- Mail original -----',
        'De: "Les Jardins du Canal" <mainforte@example.org>',
        'À: "yvon" <yvon@example.org>',
        'Envoyé: Lundi 30 Novembre 2026 14:05:00',
        'Objet: Un message pour vous : Trier les dons',
        '',
        OURS(parts),
      ),
  },
  'Orange, whose head is quoted too': {
    says: 'Je préfère dimanche.',
    raw: (parts) =>
      mail(
        head(parts.to, ['Message-ID: <o1@orange>', 'Content-Type: text/plain; charset=utf-8']),
        '',
        'Je préfère dimanche.',
        '',
        marked([
          'Message du 30/11/26 14:05',
          'De : "Les Jardins du Canal" <mainforte@example.org>',
          'A : yvon@example.org',
        ]),
        marked(['Copie à : ', 'Objet : Un message pour vous', '', ...OURS(parts)]),
      ),
  },
  'no quotation at all: everything stays': {
    says: 'Le maire a écrit :\n« De : la mairie » est un beau titre.\n\n- - -\nYvon',
    raw: (parts) =>
      mail(
        head(parts.to, ['Message-ID: <n1@web>', 'Content-Type: text/plain; charset=utf-8']),
        '',
        'Le maire a écrit :',
        '« De : la mairie » est un beau titre.',
        '',
        '- - -',
        'Yvon',
      ),
  },
  'what looks like a head, and is the answer': {
    says: 'Mes jours :\nDate : samedi\nDe : 9 h à midi',
    raw: (parts) =>
      mail(
        head(parts.to, ['Message-ID: <n2@web>', 'Content-Type: text/plain; charset=utf-8']),
        '',
        'Mes jours :',
        'Date : samedi',
        'De : 9 h à midi',
        '',
        marked(OURS(parts)),
      ),
  },
  'a sentence that looks like the name over a quotation': {
    says: 'Merci.\nLe maire m’a écrit',
    raw: (parts) =>
      mail(
        head(parts.to, ['Message-ID: <n3@web>', 'Content-Type: text/plain; charset=utf-8']),
        '',
        'Merci.',
        'Le maire m’a écrit',
        '',
        marked(OURS(parts)),
      ),
  },
  'a mail that breaks off': {
    says: 'Je viens sam',
    raw: (parts) =>
      mail(
        head(parts.to, ['Message-ID: <x1@web>', 'Content-Type: multipart/mixed; boundary=abc']),
        '',
        '--abc',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'Je viens sam',
      ),
  },
}

export const plain = (to: string, body: string, more: readonly string[] = []): string =>
  mail(head(to, ['Content-Type: text/plain; charset=utf-8', ...more]), '', body.replaceAll('\n', '\r\n'))

/** With as many files. */
export const withFiles = (to: string, body: string, files: number): string =>
  mail(
    head(to, ['Message-ID: <files@web>', 'Content-Type: multipart/mixed; boundary=abc']),
    '',
    '--abc',
    'Content-Type: text/plain; charset=utf-8',
    '',
    body,
    ...Array.from({ length: files }, (_, n) =>
      mail(
        '--abc',
        `Content-Type: application/pdf; name="${n}.pdf"`,
        `Content-Disposition: attachment; filename="${n}.pdf"`,
        '',
        '%PDF',
      ),
    ),
    '--abc--',
    '',
  )

/** Parts in parts, as many times. */
export const nested = (to: string, depth: number): string =>
  mail(
    head(to, ['Message-ID: <deep@web>', 'Content-Type: multipart/mixed; boundary=b0']),
    ...Array.from({ length: depth }, (_, n) =>
      mail('', `--b${n}`, `Content-Type: multipart/mixed; boundary=b${n + 1}`),
    ),
    '',
    'Fin',
  )

export const deliveryStatus = (to: string): string =>
  mail(
    ['Return-Path: <>', `Delivered-To: ${to}`, 'From: MAILER-DAEMON@example.net', `To: ${to}`],
    'Content-Type: multipart/report; report-type=delivery-status; boundary=abc',
    '',
    '--abc',
    'Content-Type: text/plain',
    '',
    'Undelivered',
    '--abc',
    'Content-Type: message/delivery-status',
    '',
    'Final-Recipient: rfc822; yvon@example.org',
    'Action: failed',
    'Status: 5.1.1',
    '--abc--',
  )

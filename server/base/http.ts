// SPDX-License-Identifier: AGPL-3.0-or-later
// Node's HTTP without the web client (undici) that an ES import of it loads, because that reads every export. Types come
// from node:http itself.

export const { Agent: HttpAgent, createServer, request: askHttp } = process.getBuiltinModule('node:http')

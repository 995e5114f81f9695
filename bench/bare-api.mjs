/** Nest on Fastify with TypeORM, one route, one INSERT and its commit: the least that accepting a request can cost. */
import 'reflect-metadata';
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';

class Requests {
  constructor(database) {
    this.database = database;
  }

  async create(body) {
    const [row] = await this.database.query('INSERT INTO bare_requests (body) VALUES ($1) RETURNING id', [body]);
    return row;
  }
}
Inject(getDataSourceToken())(Requests, undefined, 0);
Body()(Requests.prototype, 'create', 0);
HttpCode(202)(Requests.prototype, 'create', Object.getOwnPropertyDescriptor(Requests.prototype, 'create'));
Post('v1/reports')(Requests.prototype, 'create', Object.getOwnPropertyDescriptor(Requests.prototype, 'create'));
Controller()(Requests);

function Bare() {}
Module({
  imports: [TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL, extra: { max: 10 } })],
  controllers: [Requests],
})(Bare);

const app = await NestFactory.create(Bare, new FastifyAdapter(), { logger: ['error'], abortOnError: false });
await app
  .get(getDataSourceToken())
  .query(
    'CREATE TABLE IF NOT EXISTS bare_requests (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), body jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now())',
  );
await app.listen({ host: '127.0.0.1', port: 0 });
console.log(await app.getUrl());

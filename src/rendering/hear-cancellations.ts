import type { OnModuleInit } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Notifications } from '../platform/database/notifications';
import { RenderReport } from './render-report';

/** Has a render stop as soon as its report is canceled. Without this, its next heartbeat would tell. */
@Injectable()
export class HearCancellations implements OnModuleInit {
  constructor(
    private readonly notifications: Notifications,
    private readonly renderReport: RenderReport,
  ) {}

  onModuleInit(): void {
    this.notifications.subscribe('report_changed', {
      hear: (payload) => this.renderReport.askWhetherWanted(payload.split(' ', 1)[0]),
      catchUp: () => this.renderReport.askWhetherWanted(),
    });
  }
}

import { Idempotent } from '@infra-services/idempotency-nestjs';
import {
  Body,
  Controller,
  Get,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Put,
  Query,
  UseGuards,
} from '@nestjs/common';
import { CurrentMember, type Member } from '../identity/caller.js';
import { MemberGuard } from '../identity/member.guard.js';
import { AssignTaskDto, ChangeTaskDto, CreateTaskDto, ListTasksDto } from './task.dto.js';
import type { Activity, Page, Task } from './task.js';
import { TasksService } from './tasks.service.js';

@Controller('tasks')
@UseGuards(MemberGuard)
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  @Get()
  list(@CurrentMember() member: Member, @Query() query: ListTasksDto): Promise<Page<Task>> {
    const { cursor, limit, ...filter } = query;
    return this.tasks.list(member, filter, cursor, limit);
  }

  @Get(':id')
  get(@CurrentMember() member: Member, @Param('id', ParseUUIDPipe) id: string): Promise<Task> {
    return this.tasks.get(member, id);
  }

  @Get(':id/activity')
  activities(@CurrentMember() member: Member, @Param('id', ParseUUIDPipe) id: string): Promise<Activity[]> {
    return this.tasks.activities(member, id);
  }

  @Post()
  @Idempotent()
  create(@CurrentMember() member: Member, @Body() body: CreateTaskDto): Promise<Task> {
    return this.tasks.create(member, body);
  }

  @Patch(':id')
  @Idempotent()
  change(
    @CurrentMember() member: Member,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ChangeTaskDto,
  ): Promise<Task> {
    return this.tasks.change(member, id, body);
  }

  @Put(':id/assignee')
  @Idempotent()
  assign(
    @CurrentMember() member: Member,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AssignTaskDto,
  ): Promise<Task> {
    return this.tasks.assign(member, id, body.assigneeId);
  }
}

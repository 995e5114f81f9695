import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StorageModule } from '../storage/storage.module';
import { Upload } from './upload.entity';
import { Uploads } from './uploads';
import { UploadsController } from './uploads.controller';

/** Where rows come from: data sent with a request, and files uploaded before it. */
@Module({
  imports: [TypeOrmModule.forFeature([Upload]), StorageModule],
  controllers: [UploadsController],
  providers: [Uploads],
  exports: [Uploads],
})
export class DataSourcesModule {}

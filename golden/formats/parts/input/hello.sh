#!/bin/sh
echo --firstlight--

#!/bin/sh
export API_KEY=hunter2hunter2
echo x3Kd9aQ7mZ2pLr8TnV5cYw1B >/etc/app.id
